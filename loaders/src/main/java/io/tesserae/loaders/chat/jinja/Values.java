package io.tesserae.loaders.chat.jinja;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What Python says of values: which are true, equal, smaller, how many items they have. Texts are {@link String}, whole numbers {@link
 * Long}, others {@link Double}, lists {@link List}, dictionaries {@link Map}.
 */
final class Values {

    private Values() {}

    static String typeName(Object value) {
        return switch (value) {
            case None _ -> "None";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case String _ -> "str";
            case Range _ -> "range";
            case List<?> _ -> "list";
            case Tuple _ -> "tuple";
            case Map<?, ?> _ -> "dict";
            case Undefined _ -> "undefined";
            case Namespace _ -> "namespace";
            case Loop _ -> "loop";
            case Generator _ -> "generator";
            case View _ -> "dictionary view";
            default -> "function";
        };
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case None _ -> false;
            case Boolean bool -> bool;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Tuple(List<Object> items) -> !items.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Undefined _ -> false;
            case View(List<Object> items) -> !items.isEmpty();
            default -> true;
        };
    }

    /** A number that arithmetic can take: a truth value counts as 0 or 1; null if it is none. */
    static Number number(Object value) {
        return switch (value) {
            case Boolean bool -> bool ? 1L : 0L;
            case Number number -> number;
            default -> null;
        };
    }

    static boolean areEqual(Budget budget, Object left, Object right) {
        Number number = number(left);
        Number other = number(right);
        if (number != null && other != null) {
            return compare(number, other) == 0;
        }
        budget.enter();
        boolean equal = switch (left) {
            case String text -> {
                budget.steps(text.length() >> 6);
                yield text.equals(right);
            }
            case Undefined _ -> right instanceof Undefined;
            case Range range -> right instanceof Range others && areEqual(budget, (List<?>) range, (List<?>) others);
            case List<?> list ->
                right instanceof List<?> others && !(right instanceof Range) && areEqual(budget, list, others);
            case Tuple(List<Object> items) ->
                right instanceof Tuple(List<Object> others) && areEqual(budget, items, others);
            case Map<?, ?> map -> right instanceof Map<?, ?> others && areEqual(budget, map, others);
            case View _ -> throw TemplateFailure.of("comparing a dictionary's view is not supported");
            default -> left == right;
        };
        budget.leave();
        return equal;
    }

    private static boolean areEqual(Budget budget, List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!areEqual(budget, left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean areEqual(Budget budget, Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : left.entrySet()) {
            Object other = right.get(entry.getKey());
            if (other == null || !areEqual(budget, entry.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    /** Negative, zero or positive; NaN, which a template cannot write, is refused where numbers are made. */
    private static int compare(Number left, Number right) {
        return left instanceof Long number && right instanceof Long other
                ? Long.compare(number, other)
                : new BigDecimal(left.toString()).compareTo(new BigDecimal(right.toString()));
    }

    /** How two values are ordered, if they are. */
    static int order(Budget budget, Object left, Object right) {
        Number number = number(left);
        Number other = number(right);
        if (number != null && other != null) {
            return compare(number, other);
        }
        requireDefined(left);
        requireDefined(right);
        if (left instanceof String text && right instanceof String otherText) {
            budget.steps(Math.min(text.length(), otherText.length()) >> 4);
            return CodePoints.compare(text, otherText);
        }
        throw TemplateFailure.of(
                "comparing " + typeName(left) + " with " + typeName(right) + " by size is not supported");
    }

    static boolean contains(Budget budget, Object container, Object item) {
        if (container instanceof String text) {
            if (item instanceof String part) {
                budget.steps(text.length() >> 4);
                return text.contains(part);
            }
            throw TemplateFailure.of("in a text only a text can be looked for, found " + typeName(item));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(key(item));
        }
        for (Iterator<?> items = items(container); items.hasNext(); ) {
            budget.step();
            if (areEqual(budget, items.next(), item)) {
                return true;
            }
        }
        return false;
    }

    /** A dictionary's key: 1 and true are one. */
    static Object key(Object value) {
        return switch (value) {
            case String text -> text;
            case None none -> none;
            case Boolean _, Long _ -> number(value);
            default -> throw TemplateFailure.of(typeName(value) + " as a dictionary's key is not supported");
        };
    }

    static Object requireDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        return value;
    }

    /** The items of a value, one after the other. */
    static Iterator<?> items(Object value) {
        return switch (value) {
            case String text -> CodePoints.characters(text);
            case List<?> list -> list.iterator();
            case Tuple(List<Object> items) -> items.iterator();
            case Map<?, ?> map -> map.keySet().iterator();
            case Generator(Iterator<Object> items) -> items;
            case View(List<Object> items) -> items.iterator();
            case Undefined _ -> Collections.emptyIterator();
            default -> throw TemplateFailure.of(typeName(value) + " has no items");
        };
    }

    /** How many items a value has. */
    static long length(Budget budget, Object value) {
        return switch (value) {
            case String text -> {
                budget.steps(text.length() >> 4);
                yield text.codePointCount(0, text.length());
            }
            case List<?> list -> list.size();
            case Tuple(List<Object> items) -> items.size();
            case Map<?, ?> map -> map.size();
            case Undefined _ -> 0;
            case View(List<Object> items) -> items.size();
            default -> throw TemplateFailure.of(typeName(value) + " has no length");
        };
    }
}
