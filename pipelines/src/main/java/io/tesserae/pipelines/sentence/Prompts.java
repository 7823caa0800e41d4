package io.tesserae.pipelines.sentence;

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
