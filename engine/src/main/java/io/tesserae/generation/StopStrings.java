package io.tesserae.generation;

import io.tesserae.generation.logits.TokenHistory;
import java.util.Arrays;
import java.util.List;

/**
 * Whether the last token completes one of some strings: the string ends anywhere inside that token's text. Transformers' {@code
 * StopStringCriteria}; like it, this looks at the tokens' end only, prompt included, and a string that a token before the last has completed
 * counts no more.
 */
final class StopStrings {

    /** Tokens without text of their own: special ones, and parts of a character. */
    private static final int MORE_TOKENS = 16;

    private final List<String> strings;
    private final TokenDecoder decoder;
    private final int tokens;

    StopStrings(List<String> strings, TokenDecoder decoder) {
        this.strings = strings;
        this.decoder = decoder;
        // a token has a byte of text at least, and a character four at most
        this.tokens = MORE_TOKENS
                + 4 * strings.stream().mapToInt(String::length).max().orElse(0);
    }

    boolean isCompletedBy(TokenHistory history) {
        int[] tail = history.tail(tokens);
        String text = decoder.decode(tail);
        String before = decoder.decode(Arrays.copyOf(tail, tail.length - 1));
        int old = Arrays.mismatch(before.toCharArray(), text.toCharArray());
        if (old < 0) {
            return false; // the token has no text
        }
        for (String string : strings) {
            if (text.indexOf(string, Math.max(0, old - string.length() + 1)) >= 0) {
                return true;
            }
        }
        return false;
    }
}
