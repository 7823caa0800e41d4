package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.ByteAlphabet;
import io.tesserae.tokenizer.text.UnicodeTables;

/**
 * Whether the whitespace at a token's ends is counted to its place in the text. Of the token's own text: a space that byte-level
 * vocabularies spell with a mark is whitespace too.
 *
 * <p>Source: {@code process_offsets} in {@code tokenizers/src/pre_tokenizers/byte_level.rs}.
 */
enum OffsetTrimming {
    /** It is. */
    NONE,
    /** It is not. */
    ALL,
    /** It is not; but one space before the first token is, as it may be one that the text did not have. */
    ALL_BUT_PREFIX;

    /**
     * Trims the place of one token.
     *
     * @param isFirst whether it is the first of its text, or of the window of it
     * @param i where its place is in the arrays, which are changed
     */
    void trim(String token, boolean isFirst, int i, int[] starts, int[] ends) {
        int leading = 0;
        while (leading < token.length() && isSpace(token.charAt(leading))) {
            leading++;
        }
        int trailing = 0;
        while (trailing < token.length() && isSpace(token.charAt(token.length() - 1 - trailing))) {
            trailing++;
        }
        boolean mayBeAdded = this == ALL_BUT_PREFIX && leading == 1 && (isFirst || starts[i] == 0);
        if (leading > 0 && !mayBeAdded) {
            starts[i] = Math.min(starts[i] + leading, ends[i]);
        }
        if (trailing > 0 && ends[i] >= trailing) {
            ends[i] = Math.max(ends[i] - trailing, starts[i]);
        }
    }

    private static boolean isSpace(char c) {
        return c == ByteAlphabet.SPACE || UnicodeTables.INSTANCE.is(c, UnicodeTables.WHITESPACE);
    }
}
