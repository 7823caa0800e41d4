package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Expression.Arguments;
import io.tesserae.loaders.chat.jinja.Expression.Compared;
import io.tesserae.loaders.chat.jinja.Expression.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What expressions are worth. */
final class Evaluator {

    private final Budget budget;

    Evaluator(Budget budget) {
        this.budget = budget;
    }

    Object value(Expression expression, Scope scope) {
        budget.enter();
        Object value = switch (expression) {
            case Expression.Constant(Object constant) -> constant;
            case Expression.Name(String name) -> scope.get(name);
            case Expression.ListOf(List<Expression> items) -> values(items, scope);
            case Expression.TupleOf(List<Expression> items) -> new Tuple(values(items, scope));
            case Expression.DictionaryOf(List<Pair> pairs) -> dictionary(pairs, scope);
            case Expression.Attribute(Expression of, String name) -> Items.attribute(value(of, scope), name);
            case Expression.Item(Expression of, Expression index) -> Items.item(value(of, scope), value(index, scope));
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call call -> call(call, scope);
            case Expression.MethodCall(Expression of, String name, Arguments arguments) ->
                Methods.call(budget, value(of, scope), name, arguments(arguments, scope));
            case Expression.Filter(Expression of, String name, Arguments arguments) ->
                Filters.apply(budget, value(of, scope), name, arguments(arguments, scope));
            case Expression.Test(Expression of, String name, Arguments arguments) ->
                Tests.holds(budget, value(of, scope), name, arguments(arguments, scope));
            case Expression.Not(Expression of) -> !isTrue(of, scope);
            case Expression.Sign(boolean isMinus, Expression of) ->
                isMinus ? Arithmetic.negative(value(of, scope)) : Arithmetic.number(value(of, scope));
            case Expression.And(Expression left, Expression right) -> {
                Object first = value(left, scope);
                yield Values.isTrue(first) ? value(right, scope) : first;
            }
            case Expression.Or(Expression left, Expression right) -> {
                Object first = value(left, scope);
                yield Values.isTrue(first) ? first : value(right, scope);
            }
            case Expression.Arithmetic(String operator, Expression left, Expression right) ->
                Arithmetic.apply(budget, operator, value(left, scope), value(right, scope));
            case Expression.Concatenation(List<Expression> parts) -> TextEditing.join(budget, "", values(parts, scope));
            case Expression.Comparison(Expression first, List<Compared> others) -> compare(first, others, scope);
            case Expression.Conditional(Expression test, Expression then, Optional<Expression> otherwise) ->
                isTrue(test, scope)
                        ? value(then, scope)
                        : otherwise.isPresent()
                                ? value(otherwise.get(), scope)
                                : new Undefined("the test of an if without else did not hold");
        };
        budget.leave();
        return value;
    }

    boolean isTrue(Expression expression, Scope scope) {
        return Values.isTrue(value(expression, scope));
    }

    private List<Object> values(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        expressions.forEach(expression -> values.add(value(expression, scope)));
        return Collections.unmodifiableList(values);
    }

    private Map<Object, Object> dictionary(List<Pair> pairs, Scope scope) {
        Map<Object, Object> dictionary = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            Object key = value(pair.key(), scope);
            if (key instanceof Boolean) {
                throw TemplateFailure.of("a truth value as a dictionary's key is not supported");
            }
            dictionary.put(Values.key(key), value(pair.value(), scope));
        }
        return Collections.unmodifiableMap(dictionary);
    }

    private Object slice(Expression.Slice slice, Scope scope) {
        return Items.slice(
                budget,
                value(slice.of(), scope),
                slice.start().map(bound -> value(bound, scope)).orElse(None.NONE),
                slice.stop().map(bound -> value(bound, scope)).orElse(None.NONE),
                slice.step().map(bound -> value(bound, scope)).orElse(None.NONE));
    }

    private Object call(Expression.Call call, Scope scope) {
        Object called = Values.requireDefined(scope.get(call.name()));
        if (called instanceof Function function) {
            return function.call(budget, arguments(call.arguments(), scope));
        }
        throw TemplateFailure.of(call.name() + " is no function, but " + Values.typeName(called));
    }

    private CallArguments arguments(Arguments arguments, Scope scope) {
        if (arguments == Arguments.NONE) {
            return CallArguments.NONE;
        }
        Map<String, Object> named = new LinkedHashMap<>();
        List<Object> positional = values(arguments.positional(), scope);
        arguments.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
        return new CallArguments(positional, named);
    }

    private boolean compare(Expression first, List<Compared> others, Scope scope) {
        Object left = value(first, scope);
        for (Compared other : others) {
            Object right = value(other.with(), scope);
            if (!Tests.compare(budget, other.operator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }
}
