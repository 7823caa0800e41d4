package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import java.util.Map;
import java.util.Optional;

/**
 * What a model has to be put before texts.
 *
 * @param named by name
 * @param defaultName of the one that is used where nobody says which
 */
record Prompts(Map<String, String> named, Optional<String> defaultName) {

    /**
     * Checks that options choose a prompt in one way: by its name, as a text, or not at all.
     *
     * @throws IllegalArgumentException if both are there, or one is null
     */
    static void requireOne(Optional<String> name, Optional<String> text) {
        Arguments.require(name, "promptName");
        Arguments.require(text, "prompt");
        if (name.isPresent() && text.isPresent()) {
            throw new IllegalArgumentException("expected the name of a prompt or a prompt, found both: the name \""
                    + name.get() + "\" and the prompt \"" + text.get() + "\"");
        }
    }

    /**
     * The prompt that is wanted: a text of one's own, one by its name, the default, or none.
     *
     * @throws IllegalArgumentException if the model has none of this name
     */
    String chosen(Optional<String> text, Optional<String> name) {
        return text.or(() -> name.or(() -> defaultName).map(this::byName)).orElse("");
    }

    private String byName(String name) {
        String prompt = named.get(name);
        if (prompt == null) {
            throw new IllegalArgumentException("the model has no prompt \"" + name + "\"; it has "
                    + String.join(", ", named.keySet().stream().sorted().toList()));
        }
        return prompt;
    }
}
