package io.tesserae.cli.run;

import io.tesserae.pipelines.SentenceEmbeddingOptions;

/**
 * What is put before every text.
 *
 * @param name one of the model's prompts; null: none was named
 * @param text the prompt itself; null: none was given
 */
record PromptChoice(String name, String text) {

    boolean isMade() {
        return name != null || text != null;
    }

    /** This one, or the model's prompt of another name where none was chosen. */
    PromptChoice orNamed(String otherName) {
        return isMade() ? this : new PromptChoice(otherName, null);
    }

    SentenceEmbeddingOptions applyTo(SentenceEmbeddingOptions options) {
        if (name != null) {
            return options.withPromptName(name);
        }
        return text == null ? options : options.withPrompt(text);
    }
}
