package io.tesserae.loaders.chat.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands behind {@code is}. */
final class Tests {

    /** Those that compare with something, and the operators that they stand for. */
    private static final Map<String, String> COMPARING = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("equalto", "=="),
            Map.entry("==", "=="),
            Map.entry("ne", "!="),
            Map.entry("!=", "!="),
            Map.entry("gt", ">"),
            Map.entry("greaterthan", ">"),
            Map.entry(">", ">"),
            Map.entry("ge", ">="),
            Map.entry(">=", ">="),
            Map.entry("lt", "<"),
            Map.entry("lessthan", "<"),
            Map.entry("<", "<"),
            Map.entry("le", "<="),
            Map.entry("<=", "<="),
            Map.entry("in", "in"));

    private static final Set<String> OF_VALUES = Set.of(
            "defined",
            "undefined",
            "none",
            "boolean",
            "true",
            "false",
            "integer",
            "float",
            "number",
            "string",
            "mapping",
            "sequence",
            "iterable",
            "lower",
            "upper",
            "odd",
            "even");

    private Tests() {}

    static boolean isKnown(String name) {
        return OF_VALUES.contains(name) || COMPARING.containsKey(name) || name.equals("divisibleby");
    }

    static boolean holds(Budget budget, Object value, String name, CallArguments arguments) {
        if (COMPARING.containsKey(name)) {
            Object other = arguments.bind("the test " + name, 1, List.of(""))[0];
            return compare(budget, COMPARING.get(name), value, other);
        }
        if (name.equals("divisibleby")) {
            Object by = arguments.bind("the test " + name, 1, List.of("num"))[0];
            return isZero(Arithmetic.apply(budget, "%", number(value), by));
        }
        if (!OF_VALUES.contains(name)) {
            throw TemplateFailure.of("the test " + name + " is not supported");
        }
        arguments.bind("the test " + name, 0, List.of());
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value instanceof None;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> Values.number(value) != null;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "sequence" -> isSequence(value);
            case "iterable" ->
                isSequence(value) || value instanceof Generator || value instanceof View || value instanceof Loop;
            case "lower", "upper" -> LetterCase.isAll(budget.text(Texts.string(budget, value)), name.equals("upper"));
            case "odd" -> Values.areEqual(budget, Arithmetic.apply(budget, "%", number(value), 2L), 1L);
            default -> isZero(Arithmetic.apply(budget, "%", number(value), 2L));
        };
    }

    private static boolean isSequence(Object value) {
        return value instanceof String
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Map
                || value instanceof Undefined;
    }

    private static Number number(Object value) {
        return Arithmetic.number(value);
    }

    private static boolean isZero(Object number) {
        return ((Number) number).doubleValue() == 0;
    }

    /** {@code left operator right} */
    static boolean compare(Budget budget, String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Values.areEqual(budget, left, right);
            case "!=" -> !Values.areEqual(budget, left, right);
            case "in" -> Values.contains(budget, right, left);
            case "not in" -> !Values.contains(budget, right, left);
            case "<" -> Values.order(budget, left, right) < 0;
            case "<=" -> Values.order(budget, left, right) <= 0;
            case ">" -> Values.order(budget, left, right) > 0;
            default -> Values.order(budget, left, right) >= 0;
        };
    }
}
