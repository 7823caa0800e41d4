package io.tesserae.loaders.chat;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.chat.jinja.JinjaTemplate;
import io.tesserae.loaders.chat.jinja.TemplateFailure;
import io.tesserae.loaders.files.ModelLoadingException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one text of a conversation, in the form that a model was trained with: transformers' {@code apply_chat_template(…,
 * tokenize=False)}.
 *
 * <p>A template is written in Jinja. The part of that language that published chat templates use is interpreted here, without a script
 * engine, in the reference's environment ({@code trim_blocks}, {@code lstrip_blocks}, {@code break} and {@code continue}, {@code
 * raise_exception}, {@code strftime_now}, {@code tojson} without HTML escapes). Whatever else a template has is refused by its name when it
 * is parsed. What rendering may cost is limited.
 *
 * <p>Immutable: any number of threads can render with one.
 */
public final class ChatTemplate {

    private final String where;
    private final JinjaTemplate template;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    private ChatTemplate(String where, JinjaTemplate template, Map<String, String> specialTokens, Clock clock) {
        this.where = where;
        this.template = template;
        this.specialTokens = specialTokens;
        this.clock = clock;
    }

    /**
     * Reads a template.
     *
     * @param where what to call it in error messages, as the file's name
     * @param template its text
     * @param specialTokens the tokens that it may speak of, by their names: {@code bos_token}, {@code eos_token}
     * @throws ModelLoadingException if it is no template, or has something that is not supported; the message names it and the line
     */
    public static ChatTemplate parse(String where, String template, Map<String, String> specialTokens) {
        Arguments.require(where, "where");
        WellFormed.require(template, "template");
        Map<String, String> tokens = Map.copyOf(Arguments.require(specialTokens, "specialTokens"));
        try {
            return new ChatTemplate(where, JinjaTemplate.parse(template), tokens, Clock.systemDefaultZone());
        } catch (TemplateFailure e) {
            throw new ModelLoadingException(where + ": chat template: " + e.getMessage(), e);
        }
    }

    /** The same with another clock, which {@code strftime_now} asks. */
    ChatTemplate withClock(Clock other) {
        return new ChatTemplate(where, template, specialTokens, other);
    }

    /**
     * A conversation as one text.
     *
     * @param messages at least one
     * @param addGenerationPrompt whether the text ends with what begins the assistant's answer
     * @throws ChatTemplateException if the template refuses the messages, or rendering them fails or costs too much
     * @throws IllegalArgumentException if there are no messages
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, addGenerationPrompt, Map.of());
    }

    /**
     * The same with variables of the caller's own, as {@code enable_thinking} for templates that know it.
     *
     * @param variables {@link String}, {@link Boolean}, {@link Integer} or {@link Long} by their names; they stand before special tokens
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
        if (Arguments.requireAll(messages, "messages").isEmpty()) {
            throw new IllegalArgumentException("messages: expected at least one message, found none");
        }
        Map<String, Object> all = new HashMap<>(specialTokens);
        Arguments.require(variables, "variables").forEach((name, value) -> all.put(name, checked(name, value)));
        for (String name : List.of("messages", "tools", "documents", "add_generation_prompt")) {
            if (variables.containsKey(name)) {
                throw new IllegalArgumentException("variables: " + name + " cannot be given here");
            }
        }
        all.put("messages", ChatMessages.forTemplate(messages));
        all.put("tools", null);
        all.put("documents", null);
        all.put("add_generation_prompt", addGenerationPrompt);
        try {
            return template.render(all, clock);
        } catch (TemplateFailure e) {
            throw new ChatTemplateException(where + ": chat template: " + e.getMessage(), e);
        }
    }

    private static Object checked(String name, Object value) {
        Arguments.require(name, "variables: a name");
        return switch (value) {
            case String text -> WellFormed.require(text, "variables: " + name);
            case Boolean bool -> bool;
            case Integer number -> number.longValue();
            case Long number -> number;
            case null, default ->
                throw new IllegalArgumentException(
                        "variables: " + name + ": expected a text, a truth value or a whole number, found "
                                + (value == null ? "null" : value.getClass().getSimpleName()));
        };
    }
}
