package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Statement.Body;
import io.tesserae.loaders.chat.jinja.Statement.Branch;
import io.tesserae.loaders.chat.jinja.Statement.Parameter;
import io.tesserae.loaders.chat.jinja.Statement.Target;
import io.tesserae.loaders.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a template's statements; refuses what is not supported by its name. */
final class StatementParser {

    /** The name under which a set block's filters read what was rendered; none that a template can write. */
    static final String RENDERED = "{% set %}";

    /** What a template may call, and not change. */
    private static final Set<String> RESERVED = Set.of(
            "loop",
            "range",
            "namespace",
            "raise_exception",
            "strftime_now",
            "dict",
            "lipsum",
            "cycler",
            "joiner",
            "self",
            "super",
            "caller",
            "varargs",
            "kwargs",
            "true",
            "false",
            "none",
            "True",
            "False",
            "None");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private Names names = new Names(null);

    /** The scopes with what is to be known of each once all is read. */
    private final Map<Names, Set<String>> unset = new LinkedHashMap<>();

    /** Whether {@code break} has a loop to leave here. */
    private boolean isInLoop;

    private StatementParser(List<Token> tokens) {
        this.tokens = new TokenStream(tokens);
        this.expressions = new ExpressionParser(this.tokens, names);
    }

    /** The template that the tokens are. */
    static Body parse(List<Token> tokens) {
        StatementParser parser = new StatementParser(tokens);
        Body body = parser.body(parser.names, false);
        parser.tokens.expect(Kind.END, "the end of the template");
        parser.unset.forEach((scope, set) -> set.addAll(scope.unset()));
        return body;
    }

    /** Statements with a scope of their own, up to a tag that ends them. */
    private Body body(Names scope, boolean isLoop, String... ends) {
        Names around = names;
        boolean wasInLoop = isInLoop;
        enter(scope);
        isInLoop = isLoop;
        Set<String> undefined = unset.computeIfAbsent(scope, _ -> new HashSet<>());
        List<Statement> statements = statements(ends);
        enter(around);
        isInLoop = wasInLoop;
        return new Body(statements, undefined);
    }

    private void enter(Names scope) {
        names = scope;
        expressions.enter(scope);
    }

    /** Statements up to a tag with one of these names, whose name is next to be read; without names, up to the template's end. */
    private List<Statement> statements(String... ends) {
        tokens.enter();
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            if (token.kind() == Kind.END) {
                if (ends.length > 0) {
                    throw tokens.unexpected(String.join(" or ", ends));
                }
                break;
            }
            tokens.next();
            if (token.kind() == Kind.DATA) {
                statements.add(new Statement.Text(token.line(), token.text()));
            } else if (token.kind() == Kind.VARIABLE_BEGIN) {
                statements.add(new Statement.Print(token.line(), expressions.tupleOrOne(true)));
                tokens.expect(Kind.VARIABLE_END, "}}");
            } else if (List.of(ends).contains(tokens.current().text())
                    && tokens.current().kind() == Kind.NAME) {
                break;
            } else {
                statements.add(statement());
                tokens.expect(Kind.BLOCK_END, "%}");
            }
        }
        tokens.leave();
        return List.copyOf(statements);
    }

    private Statement statement() {
        Token tag = tokens.expect(Kind.NAME, "a tag's name");
        int line = tag.line();
        return switch (tag.text()) {
            case "if" -> ifStatement(line);
            case "for" -> forStatement(line);
            case "set" -> setStatement(line);
            case "macro" -> macro(line);
            case "generation" -> {
                tokens.expectBlockEnd();
                Body body = body(new Names(names), false, "endgeneration");
                tokens.next();
                yield new Statement.Generation(line, body);
            }
            case "break" -> {
                requireLoop(tag);
                yield new Statement.Break(line);
            }
            case "continue" -> {
                requireLoop(tag);
                yield new Statement.Continue(line);
            }
            default -> throw TemplateFailure.at(line, "the tag {% " + tag.describe() + " %} is not supported here");
        };
    }

    private void requireLoop(Token tag) {
        if (!isInLoop) {
            throw TemplateFailure.at(
                    tag.line(), "{% " + tag.text() + " %} outside of a loop's own text is not supported");
        }
    }

    // --- if

    private Statement ifStatement(int line) {
        List<Branch> branches = new ArrayList<>();
        List<Set<String>> sets = new ArrayList<>(); // of the first branch, of all elif, of else
        do {
            Expression test = expressions.tupleOrOne(false);
            tokens.expectBlockEnd();
            names.beginBranch();
            branches.add(new Branch(test, statements("elif", "else", "endif")));
            sets.add(names.endBranch());
        } while (tokens.skipName("elif"));
        List<Statement> otherwise = List.of();
        Set<String> ofElse = Set.of();
        if (tokens.skipName("else")) {
            tokens.expectBlockEnd();
            names.beginBranch();
            otherwise = statements("endif");
            ofElse = names.endBranch();
        }
        tokens.expectName("endif");
        Set<String> inAll = new HashSet<>(ofElse);
        Set<String> inSome = new HashSet<>(ofElse);
        sets.forEach(inSome::addAll);
        sets.forEach(inAll::retainAll);
        names.endIf(sets.size() > 1 ? inAll : Set.of(), inSome); // without an elif nothing counts as set in all
        return new Statement.If(line, List.copyOf(branches), otherwise);
    }

    // --- for

    private Statement forStatement(int line) {
        Names scope = new Names(names);
        Target target = target(scope, false);
        tokens.expectName("in");
        Expression of = expressions.tupleOrOne(false);
        Optional<Expression> test = Optional.empty();
        if (tokens.skipName("if")) {
            Names around = names;
            enter(scope);
            test = Optional.of(expressions.expression());
            enter(around);
            if (scope.knows("loop")) {
                throw tokens.unsupported("loop in the test of {% for … if %}");
            }
        }
        if (tokens.isName("recursive")) {
            throw tokens.unsupported("{% for … recursive %}");
        }
        tokens.expectBlockEnd();
        scope.parameter("loop");
        Body body = body(scope, true, "endfor", "else");
        Body otherwise = new Body(List.of(), Set.of());
        if (tokens.skipName("else")) {
            tokens.expectBlockEnd();
            otherwise = body(new Names(names), isInLoop, "endfor");
        }
        tokens.expectName("endfor");
        return new Statement.For(line, target, of, test, body, otherwise);
    }

    // --- set

    private Statement setStatement(int line) {
        Target target = target(null, true);
        if (tokens.skipOperator("=")) {
            Expression value = expressions.tupleOrOne(true);
            set(target);
            return new Statement.Assign(line, target, value);
        }
        set(target);
        Expression value = expressions.filter(new Expression.Name(RENDERED));
        tokens.expectBlockEnd();
        Body body = body(new Names(names), false, "endset");
        tokens.next();
        return new Statement.SetBlock(line, target, value, body);
    }

    private void set(Target target) {
        switch (target) {
            case Statement.Variable(String name) -> names.set(name);
            case Statement.NamespaceAttribute attribute -> names.read(attribute.namespace());
            case Statement.Several(List<Target> targets) -> targets.forEach(this::set);
        }
    }

    /** {@code a}, {@code a, b}, {@code (a, b)}, {@code namespace.a}; the names are parameters of the scope, unless that is null. */
    private Target target(Names scope, boolean withNamespace) {
        List<Target> targets = new ArrayList<>();
        boolean isSeveral = false;
        do {
            if (tokens.isName("in") || tokens.isOperator(")") || tokens.isOperator("=")) {
                break; // a comma at the end
            }
            targets.add(oneTarget(scope, withNamespace));
            isSeveral |= tokens.isOperator(",");
        } while (tokens.skipOperator(","));
        if (targets.isEmpty()) {
            throw tokens.unexpected("a name");
        }
        return isSeveral ? new Statement.Several(List.copyOf(targets)) : targets.getFirst();
    }

    private Target oneTarget(Names scope, boolean withNamespace) {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            Target inside = target(scope, withNamespace);
            tokens.expectOperator(")");
            tokens.leave();
            return inside;
        }
        String name = newName();
        if (withNamespace && tokens.skipOperator(".")) {
            return new Statement.NamespaceAttribute(
                    name, tokens.expect(Kind.NAME, "a name behind the dot").text());
        }
        if (scope != null) {
            scope.parameter(name);
        }
        return new Statement.Variable(name);
    }

    private String newName() {
        Token name = tokens.expect(Kind.NAME, "a name");
        if (RESERVED.contains(name.text())) {
            throw TemplateFailure.at(name.line(), "the name " + name.text() + " cannot be given a value");
        }
        return name.text();
    }

    // --- macro

    private Statement macro(int line) {
        String name = newName();
        names.set(name);
        Names scope = new Names(names);
        List<Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        Names around = names;
        enter(scope);
        while (!tokens.isOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            String parameter = newName();
            scope.parameter(parameter);
            if (parameters.stream().anyMatch(other -> other.name().equals(parameter))) {
                throw tokens.failure("the parameter " + parameter + " is there twice");
            }
            boolean hasValue = tokens.skipOperator("=");
            if (!hasValue
                    && !parameters.isEmpty()
                    && parameters.getLast().otherwise().isPresent()) {
                throw tokens.failure("a parameter without a value follows one with a value");
            }
            parameters.add(
                    new Parameter(parameter, hasValue ? Optional.of(expressions.expression()) : Optional.empty()));
        }
        enter(around);
        tokens.expectOperator(")");
        tokens.expectBlockEnd();
        Body body = body(scope, false, "endmacro");
        tokens.next();
        return new Statement.Macro(line, name, List.copyOf(parameters), body);
    }
}
