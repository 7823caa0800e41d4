package io.tesserae.loaders.chat.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has a value. */
sealed interface Expression {

    /** {@code 'text'}, {@code 1}, {@code true}, {@code none}. */
    record Constant(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    /** {@code [a, b]} */
    record ListOf(List<Expression> items) implements Expression {}

    /** {@code (a, b)} */
    record TupleOf(List<Expression> items) implements Expression {}

    /** {@code {'a': b}} */
    record DictionaryOf(List<Pair> pairs) implements Expression {}

    /** {@code a.name} */
    record Attribute(Expression of, String name) implements Expression {}

    /** {@code a[index]} */
    record Item(Expression of, Expression index) implements Expression {}

    /** {@code a[start:stop:step]} */
    record Slice(Expression of, Optional<Expression> start, Optional<Expression> stop, Optional<Expression> step)
            implements Expression {}

    /** {@code name(…)} */
    record Call(String name, Arguments arguments) implements Expression {}

    /** {@code a.name(…)} */
    record MethodCall(Expression of, String name, Arguments arguments) implements Expression {}

    /** {@code a | name(…)} */
    record Filter(Expression of, String name, Arguments arguments) implements Expression {}

    /** {@code a is name(…)} */
    record Test(Expression of, String name, Arguments arguments) implements Expression {}

    record Not(Expression of) implements Expression {}

    /** {@code -a} and {@code +a} */
    record Sign(boolean isMinus, Expression of) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    /** {@code + - * / // %} */
    record Arithmetic(String operator, Expression left, Expression right) implements Expression {}

    /** {@code a ~ b ~ c} */
    record Concatenation(List<Expression> parts) implements Expression {}

    /** {@code a < b <= c}: each with the one before. */
    record Comparison(Expression first, List<Compared> others) implements Expression {}

    /** {@code a if test else b} */
    record Conditional(Expression test, Expression then, Optional<Expression> otherwise) implements Expression {}

    record Pair(Expression key, Expression value) {}

    record Compared(String operator, Expression with) {}

    record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());
    }
}
