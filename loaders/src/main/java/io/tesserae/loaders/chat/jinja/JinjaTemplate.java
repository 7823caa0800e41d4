package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Statement.Body;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/** A template that was read, ready to be rendered by any number of threads. */
public final class JinjaTemplate {

    /** Published chat templates have a few thousand characters. */
    private static final int LENGTH_LIMIT = 1 << 20;

    private final Body body;

    private JinjaTemplate(Body body) {
        this.body = body;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateFailure if it is no template, or has something that is not supported
     */
    public static JinjaTemplate parse(String template) {
        if (template.length() > LENGTH_LIMIT) {
            throw TemplateFailure.of(
                    "expected a template of at most " + LENGTH_LIMIT + " characters, found " + template.length());
        }
        return new JinjaTemplate(StatementParser.parse(Lexer.tokens(template)));
    }

    /**
     * Renders it.
     *
     * @param variables by their names: text, {@link Boolean}, {@link Long}, {@link java.util.List}, {@link Map}, or null for none
     * @param clock what {@code strftime_now} asks
     * @throws TemplateFailure if that fails
     */
    public String render(Map<String, Object> variables, Clock clock) {
        Scope outermost = new Scope(null, Set.of());
        Functions.all(clock).forEach(outermost::set);
        variables.forEach((name, value) -> outermost.set(name, value == null ? None.NONE : value));
        return new Renderer(new Budget()).render(body, outermost);
    }
}
