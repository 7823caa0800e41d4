package io.tesserae.pipelines.generation;

import io.tesserae.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * The beginning of an answer, and how it is told from the rest.
 *
 * @param shown what stands before the new text
 * @param read tokens of the prompt that are decoded with the new ones, since a piece of a word loses its mark only behind another
 * @param decoded what they decode to, which is taken out again
 */
record WrittenPrompt(String shown, int[] read, String decoded) {

    /** Spaces, say, that may stand before the decoded prompt and are taken out with it. */
    private static final int RESIDUE = 2;

    /** A prompt whose tokens have nothing to do with how the new ones read. */
    static WrittenPrompt apart(String shown) {
        return new WrittenPrompt(shown, new int[0], "");
    }

    /** A prompt that goes on in the new tokens. */
    static WrittenPrompt before(String shown, int[] ids, Tokenizer tokenizer) {
        return new WrittenPrompt(shown, ids, tokenizer.decode(ids, true));
    }

    /** The answer as a text. */
    String text(Tokenizer tokenizer, int[] newTokens) {
        int[] all = Arrays.copyOf(read, read.length + newTokens.length);
        System.arraycopy(newTokens, 0, all, read.length, newTokens.length);
        return shown + cut(tokenizer.decode(all, true));
    }

    /** How much of a text there must be for {@link #cut} to say the same as of all of it. */
    int certainAt() {
        return decoded.isEmpty() ? 0 : decoded.length() + RESIDUE;
    }

    /** A decoded text without the prompt, where it begins with it. */
    String cut(String text) {
        int at = text.indexOf(decoded);
        return at >= 0 && at <= RESIDUE ? text.substring(at + decoded.length()) : text;
    }
}
