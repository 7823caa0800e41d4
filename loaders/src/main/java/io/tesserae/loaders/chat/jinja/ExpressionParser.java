package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Expression.Arguments;
import io.tesserae.loaders.chat.jinja.Expression.Compared;
import io.tesserae.loaders.chat.jinja.Expression.Constant;
import io.tesserae.loaders.chat.jinja.Expression.Pair;
import io.tesserae.loaders.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads expressions, with Jinja's precedence; refuses what is not supported by its name. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private static final Map<String, Object> CONSTANTS =
            Map.of("true", true, "True", true, "false", false, "False", false, "none", None.NONE, "None", None.NONE);

    /** What Jinja puts under these names is not here. */
    private static final Set<String> UNSUPPORTED_NAMES =
            Set.of("dict", "lipsum", "cycler", "joiner", "self", "super", "caller", "varargs", "kwargs");

    private final TokenStream tokens;
    private Names names;

    ExpressionParser(TokenStream tokens, Names names) {
        this.tokens = tokens;
        this.names = names;
    }

    /** The scope whose expressions are read from now on. */
    void enter(Names scope) {
        names = scope;
    }

    /** One expression, or several with commas between, which are a tuple. */
    Expression tupleOrOne(boolean withConditional) {
        Expression first = withConditional ? expression() : or();
        if (!tokens.isOperator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",") && !isTupleEnd()) {
            items.add(withConditional ? expression() : or());
        }
        return new Expression.TupleOf(List.copyOf(items));
    }

    private boolean isTupleEnd() {
        Kind kind = tokens.current().kind();
        return kind == Kind.VARIABLE_END || kind == Kind.BLOCK_END || tokens.isOperator(")");
    }

    Expression expression() {
        tokens.enter();
        Expression then = or();
        while (tokens.skipName("if")) {
            Expression test = or();
            Optional<Expression> otherwise = tokens.skipName("else") ? Optional.of(expression()) : Optional.empty();
            then = new Expression.Conditional(test, then, otherwise);
        }
        tokens.leave();
        return then;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        Expression not = new Expression.Not(not());
        tokens.leave();
        return not;
    }

    private Expression comparison() {
        Expression first = sum();
        List<Compared> others = new ArrayList<>();
        while (true) {
            if (tokens.current().kind() == Kind.OPERATOR
                    && COMPARISONS.contains(tokens.current().text())) {
                others.add(new Compared(tokens.next().text(), sum()));
            } else if (tokens.skipName("in")) {
                others.add(new Compared("in", sum()));
            } else if (tokens.isName("not") && tokens.ahead().isName("in")) {
                tokens.next();
                tokens.next();
                others.add(new Compared("not in", sum()));
            } else {
                return others.isEmpty() ? first : new Expression.Comparison(first, List.copyOf(others));
            }
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.isOperator("+") || tokens.isOperator("-")) {
            left = new Expression.Arithmetic(tokens.next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return new Expression.Concatenation(List.copyOf(parts));
    }

    private Expression product() {
        Expression left = unary(true);
        while (true) {
            if (tokens.isOperator("**")) {
                throw tokens.unsupported("the operator **");
            }
            if (!(tokens.isOperator("*")
                    || tokens.isOperator("/")
                    || tokens.isOperator("//")
                    || tokens.isOperator("%"))) {
                return left;
            }
            left = new Expression.Arithmetic(tokens.next().text(), left, unary(true));
        }
    }

    private Expression unary(boolean withFilter) {
        Expression value;
        if (tokens.isOperator("-") || tokens.isOperator("+")) {
            tokens.enter();
            value = new Expression.Sign(tokens.next().text().equals("-"), unary(false));
            tokens.leave();
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilter ? filters(value) : value;
    }

    private Expression primary() {
        Token token = tokens.current();
        switch (token.kind()) {
            case NAME -> {
                tokens.next();
                return CONSTANTS.containsKey(token.text()) ? new Constant(CONSTANTS.get(token.text())) : name(token);
            }
            case STRING -> {
                StringBuilder text = new StringBuilder();
                while (tokens.current().kind() == Kind.STRING) { // neighbours are one string
                    text.append(tokens.next().text());
                }
                return new Constant(text.toString());
            }
            case INTEGER -> {
                return new Constant(integer(tokens.next()));
            }
            case FLOAT -> {
                return new Constant(real(tokens.next()));
            }
            default -> {
                if (tokens.skipOperator("(")) {
                    return parenthesis();
                }
                if (tokens.skipOperator("[")) {
                    return new Expression.ListOf(list("]"));
                }
                if (tokens.skipOperator("{")) {
                    return dictionary();
                }
                throw tokens.unexpected("an expression");
            }
        }
    }

    private Expression name(Token token) {
        if (UNSUPPORTED_NAMES.contains(token.text())) {
            throw TemplateFailure.at(token.line(), "the name " + token.text() + " is not supported");
        }
        names.read(token.text());
        return new Expression.Name(token.text());
    }

    private static long integer(Token token) {
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw TemplateFailure.at(token.line(), "a number beyond 64 bits is not supported");
        }
    }

    /** Texts and comparisons know no infinity. */
    private static double real(Token token) {
        double number = Double.parseDouble(token.text());
        if (!Double.isFinite(number)) {
            throw TemplateFailure.at(token.line(), "a number that is not finite is not supported");
        }
        return number;
    }

    private Expression parenthesis() {
        if (tokens.skipOperator(")")) {
            return new Expression.TupleOf(List.of());
        }
        Expression inside = tupleOrOne(true);
        tokens.expectOperator(")");
        return inside;
    }

    private List<Expression> list(String end) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator(end)) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator(end)) {
                    break;
                }
            }
            items.add(expression());
        }
        return List.copyOf(items);
    }

    private Expression dictionary() {
        List<Pair> pairs = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
            if (!pairs.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("}")) {
                    break;
                }
            }
            Expression key = expression();
            tokens.expectOperator(":");
            pairs.add(new Pair(key, expression()));
        }
        return new Expression.DictionaryOf(List.copyOf(pairs));
    }

    // --- What stands behind a value

    private Expression postfix(Expression value) {
        Expression whole = value;
        while (true) {
            if (tokens.skipOperator(".")) {
                whole = attribute(whole);
            } else if (tokens.skipOperator("[")) {
                whole = subscript(whole);
            } else if (tokens.isOperator("(")) {
                whole = call(whole);
            } else {
                return whole;
            }
        }
    }

    private Expression attribute(Expression of) {
        if (tokens.current().kind() == Kind.INTEGER) {
            return new Expression.Item(of, new Constant(integer(tokens.next())));
        }
        Token name = tokens.expect(Kind.NAME, "a name or a number behind the dot");
        if (name.text().startsWith("_")) {
            throw TemplateFailure.at(
                    name.line(),
                    "the attribute " + name.text() + " is not supported: names with _ in front are Python's own");
        }
        return new Expression.Attribute(of, name.text());
    }

    private Expression subscript(Expression of) {
        Optional<Expression> start = tokens.isOperator(":") ? Optional.empty() : Optional.of(expression());
        if (start.isPresent() && tokens.skipOperator("]")) {
            return new Expression.Item(of, start.get());
        }
        tokens.expectOperator(":");
        Optional<Expression> stop = bound();
        Optional<Expression> step = tokens.skipOperator(":") ? bound() : Optional.empty();
        tokens.expectOperator("]");
        return new Expression.Slice(of, start, stop, step);
    }

    private Optional<Expression> bound() {
        return tokens.isOperator(":") || tokens.isOperator("]") ? Optional.empty() : Optional.of(expression());
    }

    private Expression call(Expression function) {
        int line = tokens.current().line();
        Arguments arguments = arguments();
        return switch (function) {
            case Expression.Name(String name) -> new Expression.Call(name, arguments);
            case Expression.Attribute(Expression of, String name) -> {
                if (!Methods.isKnown(name)) {
                    throw TemplateFailure.at(line, "the method " + name + "() is not supported");
                }
                yield new Expression.MethodCall(of, name, arguments);
            }
            default -> throw TemplateFailure.at(line, "a call of what is neither a name nor a method is not supported");
        };
    }

    private Arguments arguments() {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.skipOperator(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator(")")) {
                    break;
                }
            }
            if (tokens.isOperator("*") || tokens.isOperator("**")) {
                throw tokens.unsupported(tokens.current().text() + " before an argument");
            }
            if (tokens.current().kind() == Kind.NAME && tokens.ahead().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                if (named.put(name, expression()) != null) {
                    throw tokens.failure("the argument " + name + " is given twice");
                }
            } else if (!named.isEmpty()) {
                throw tokens.failure("an argument without a name follows one with a name");
            } else {
                positional.add(expression());
            }
        }
        return positional.isEmpty() && named.isEmpty()
                ? Arguments.NONE
                : new Arguments(List.copyOf(positional), Collections.unmodifiableMap(named));
    }

    // --- Filters and tests

    private Expression filters(Expression value) {
        Expression whole = value;
        while (true) {
            if (tokens.isOperator("|")) {
                whole = filter(whole);
            } else if (tokens.skipName("is")) {
                whole = test(whole);
            } else if (tokens.isOperator("(")) {
                whole = call(whole);
            } else {
                return whole;
            }
        }
    }

    /** {@code value | name(…) | …}, where value stands before the first bar. */
    Expression filter(Expression value) {
        Expression whole = value;
        while (tokens.skipOperator("|")) {
            Token name = tokens.expect(Kind.NAME, "a filter's name");
            if (!Filters.isKnown(name.text())) {
                throw TemplateFailure.at(name.line(), "the filter " + name.text() + " is not supported");
            }
            Arguments arguments = tokens.isOperator("(") ? arguments() : Arguments.NONE;
            requireKnownPart(name, arguments);
            whole = new Expression.Filter(whole, name.text(), arguments);
        }
        return whole;
    }

    /** Filters that take the name of a filter or test: that is to be known too. */
    private static void requireKnownPart(Token filter, Arguments arguments) {
        int place = switch (filter.text()) {
            case "map", "select", "reject" -> 0;
            case "selectattr", "rejectattr" -> 1;
            default -> Integer.MAX_VALUE;
        };
        if (place < arguments.positional().size()
                && arguments.positional().get(place) instanceof Constant(String name)
                && !(filter.text().equals("map") ? Filters.isKnown(name) : Tests.isKnown(name))) {
            throw TemplateFailure.at(
                    filter.line(), "the filter " + filter.text() + " with " + name + " is not supported");
        }
    }

    private Expression test(Expression value) {
        boolean isNegated = tokens.skipName("not");
        Token name = tokens.expect(Kind.NAME, "a test's name");
        if (!Tests.isKnown(name.text())) {
            throw TemplateFailure.at(name.line(), "the test " + name.text() + " is not supported");
        }
        Arguments arguments = Arguments.NONE;
        if (tokens.isOperator("(")) {
            arguments = arguments();
        } else if (beginsTestArgument()) {
            if (tokens.isName("is")) {
                throw tokens.failure("tests with is cannot follow each other");
            }
            arguments = new Arguments(List.of(postfix(primary())), Map.of());
        }
        Expression test = new Expression.Test(value, name.text(), arguments);
        return isNegated ? new Expression.Not(test) : test;
    }

    private boolean beginsTestArgument() {
        return switch (tokens.current().kind()) {
            case NAME -> !tokens.isName("else") && !tokens.isName("or") && !tokens.isName("and");
            case STRING, INTEGER, FLOAT -> true;
            default -> tokens.isOperator("[") || tokens.isOperator("{");
        };
    }
}
