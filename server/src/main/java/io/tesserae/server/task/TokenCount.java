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

    /**
     * Those of all windows over a text.
     *
     * @param tokens of the text
     * @param length of a window
     * @param overlap how many a window has in common with the next, and with all others
     */
    static int ofWindows(int tokens, int length, int overlap) {
        if (tokens <= length) {
            return tokens;
        }
        int step = Math.max(1, length - overlap);
        long windows = 1 + Math.ceilDiv(tokens - length, step);
        return Math.clamp(windows * length, 1, Integer.MAX_VALUE);
    }

    /** Those of a text, as far as the model takes them. */
    static int of(Tokenizer tokenizer, String text, int maxLength) {
        return Math.min(tokenizer.encode(text).size(), maxLength);
    }
}
