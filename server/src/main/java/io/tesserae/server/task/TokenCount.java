package io.tesserae.server.task;

import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Tokenizer;

/** How many tokens a model reads of a text. */
final class TokenCount {

    private TokenCount() {}

    /** Those of a text, or of a pair, as far as the model takes them. */
    static int of(Tokenizer tokenizer, TextInput input, int maxLength) {
        return Math.min(
                tokenizer.encode(input.text(), input.textPair().orElse(null)).size(), maxLength);
    }

    /** Those of a text, as far as the model takes them. */
    static int of(Tokenizer tokenizer, String text, int maxLength) {
        return Math.min(tokenizer.encode(text).size(), maxLength);
    }
}
