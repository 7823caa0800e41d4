package io.tesserae.loaders.chat.jinja;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is done while a template is rendered. */
sealed interface Statement {

    /** The line of the template where it begins. */
    int line();

    /** What a scope has from its beginning: names that are set there and have no value before. */
    record Body(List<Statement> statements, Set<String> unset) {}

    record Text(int line, String text) implements Statement {}

    /** {@code {{ value }}} */
    record Print(int line, Expression value) implements Statement {}

    /** {@code {% if %}}, {@code elif}; the first whose test holds is done. */
    record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

    record Branch(Expression test, List<Statement> body) {}

    /** {@code {% for target in of if test %}} */
    record For(int line, Target target, Expression of, Optional<Expression> test, Body body, Body otherwise)
            implements Statement {}

    record Break(int line) implements Statement {}

    record Continue(int line) implements Statement {}

    /** {@code {% set target = value %}} */
    record Assign(int line, Target target, Expression value) implements Statement {}

    /** {@code {% set target | filter %}…{% endset %}}: the value reads what was rendered under a name of its own. */
    record SetBlock(int line, Target target, Expression value, Body body) implements Statement {}

    /** {@code {% macro name(parameters) %}} */
    record Macro(int line, String name, List<Parameter> parameters, Body body) implements Statement {}

    record Parameter(String name, Optional<Expression> otherwise) {}

    /** {@code {% generation %}}, which only marks what an assistant says. */
    record Generation(int line, Body body) implements Statement {}

    /** What values are given to. */
    sealed interface Target {}

    record Variable(String name) implements Target {}

    /** {@code namespace.name} */
    record NamespaceAttribute(String namespace, String name) implements Target {}

    record Several(List<Target> targets) implements Target {}
}
