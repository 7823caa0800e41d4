package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Statement.Body;
import io.tesserae.loaders.chat.jinja.Statement.Branch;
import io.tesserae.loaders.chat.jinja.Statement.Parameter;
import io.tesserae.loaders.chat.jinja.Statement.Target;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/** Does a template's statements, and writes what comes of them. */
final class Renderer {

    /** How it goes on after a statement. */
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    private final Budget budget;
    private final Evaluator evaluator;

    Renderer(Budget budget) {
        this.budget = budget;
        this.evaluator = new Evaluator(budget);
    }

    /** What a body writes with the variables of a scope of its own within this one. */
    String render(Body body, Scope around) {
        return render(body.statements(), new Scope(around, body.unset()));
    }

    private String render(List<Statement> statements, Scope scope) {
        StringBuilder out = new StringBuilder();
        run(statements, scope, out);
        return out.toString();
    }

    private Flow run(List<Statement> statements, Scope scope, StringBuilder out) {
        for (Statement statement : statements) {
            budget.enter();
            Flow flow;
            try {
                flow = run(statement, scope, out);
            } catch (TemplateFailure failure) {
                throw failure.orAt(statement.line());
            }
            budget.leave();
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow run(Statement statement, Scope scope, StringBuilder out) {
        switch (statement) {
            case Statement.Text text -> out.append(budget.text(text.text()));
            case Statement.Print print ->
                out.append(budget.text(Texts.string(budget, evaluator.value(print.value(), scope))));
            case Statement.If choice -> {
                return run(chosen(choice, scope), scope, out);
            }
            case Statement.For loop -> {
                return loop(loop, scope, out);
            }
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
            case Statement.Assign set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
            case Statement.SetBlock set -> {
                Scope inner = new Scope(scope, set.body().unset());
                inner.set(StatementParser.RENDERED, render(set.body().statements(), inner));
                assign(set.target(), evaluator.value(set.value(), inner), scope);
            }
            case Statement.Macro macro -> scope.set(macro.name(), function(macro, scope));
            case Statement.Generation marked -> out.append(budget.text(render(marked.body(), scope)));
        }
        return Flow.NEXT;
    }

    private List<Statement> chosen(Statement.If choice, Scope scope) {
        for (Branch branch : choice.branches()) {
            if (evaluator.isTrue(branch.test(), scope)) {
                return branch.body();
            }
        }
        return choice.otherwise();
    }

    // --- for

    private Flow loop(Statement.For statement, Scope scope, StringBuilder out) {
        Object of = evaluator.value(statement.of(), scope);
        Iterator<?> items = Values.items(of);
        boolean isCounted = statement.test().isEmpty() && !(of instanceof Generator);
        Loop loop = new Loop(
                statement.test().isEmpty() ? items : chosen(items, statement, scope),
                isCounted ? OptionalLong.of(Values.length(budget, of)) : OptionalLong.empty());
        boolean hasFinishedRound = false;
        while (loop.hasNext()) {
            budget.steps(2);
            Object item = loop.next();
            Scope round = new Scope(scope, statement.body().unset());
            round.set("loop", loop);
            assign(statement.target(), item, round);
            Flow flow = run(statement.body().statements(), round, out);
            if (flow == Flow.BREAK) {
                break;
            }
            hasFinishedRound |= flow == Flow.NEXT;
        }
        // Jinja asks whether the end of a round was reached, not whether there were items.
        if (!hasFinishedRound) {
            Body otherwise = statement.otherwise();
            return run(otherwise.statements(), new Scope(scope, otherwise.unset()), out);
        }
        return Flow.NEXT;
    }

    /** The items for which the loop's test holds, each tested when it is asked for. */
    private Iterator<Object> chosen(Iterator<?> items, Statement.For statement, Scope scope) {
        return new Iterator<>() {
            private Object found;

            @Override
            public boolean hasNext() {
                while (found == null && items.hasNext()) {
                    budget.step();
                    Object item = items.next();
                    Scope round = new Scope(scope, statement.body().unset());
                    assign(statement.target(), item, round);
                    if (evaluator.isTrue(statement.test().orElseThrow(), round)) {
                        found = item;
                    }
                }
                return found != null;
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Object item = found;
                found = null;
                return item;
            }
        };
    }

    // --- set and macro

    private void assign(Target target, Object value, Scope scope) {
        switch (target) {
            case Statement.Variable(String name) -> scope.set(name, value);
            case Statement.NamespaceAttribute(String namespace, String name) -> {
                if (!(Values.requireDefined(scope.get(namespace)) instanceof Namespace(var attributes))) {
                    throw TemplateFailure.of(namespace + "." + name + " can be set only if " + namespace
                            + " is a namespace(), found " + Values.typeName(scope.get(namespace)));
                }
                attributes.put(name, value);
            }
            case Statement.Several(List<Target> targets) -> {
                Iterator<?> items = Values.items(value);
                for (Target one : targets) {
                    if (!items.hasNext()) {
                        throw TemplateFailure.of("fewer than " + targets.size() + " values for as many names");
                    }
                    assign(one, items.next(), scope);
                }
                if (items.hasNext()) {
                    throw TemplateFailure.of("more than " + targets.size() + " values for as many names");
                }
            }
        }
    }

    /** What the macro's name stands for; it sees the variables around it as they are when it is called. */
    private Function function(Statement.Macro macro, Scope around) {
        List<String> names = macro.parameters().stream().map(Parameter::name).toList();
        return (_, arguments) -> {
            Object[] values = arguments.bind(macro.name() + "()", 0, names);
            Scope scope = new Scope(around, macro.body().unset());
            for (int i = 0; i < values.length; i++) {
                Parameter parameter = macro.parameters().get(i);
                Object value = values[i] != null
                        ? values[i]
                        : parameter
                                .otherwise()
                                .map(otherwise -> evaluator.value(otherwise, scope))
                                .orElseGet(
                                        () -> new Undefined("parameter '" + parameter.name() + "' was not provided"));
                scope.set(parameter.name(), value);
            }
            return budget.text(render(macro.body().statements(), scope));
        };
    }
}
