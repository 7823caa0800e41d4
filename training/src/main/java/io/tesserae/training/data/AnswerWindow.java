package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;

/**
 * A question and as much of its text as a model takes at once. The arrays are not copied, and not to be changed.
 *
 * @param question the index of the question; a long text has several windows
 * @param text the tokens of both
 * @param startPosition the answer's first token, as a place in this window; that of {@code [CLS]} where the answer is not in it
 * @param endPosition the answer's last token, likewise
 * @param charStarts {@code [tokens]}, where in the text each token begins, in chars; -1 for the question's and special ones
 * @param charEnds {@code [tokens]}, where each ends, likewise
 */
public record AnswerWindow(
        int question, EncodedText text, int startPosition, int endPosition, int[] charStarts, int[] charEnds) {

    /** Checks that all fits together. */
    public AnswerWindow {
        int tokens = Arguments.require(text, "text").length();
        if (charStarts.length != tokens || charEnds.length != tokens) {
            throw new IllegalArgumentException(
                    tokens + " tokens have " + charStarts.length + " starts and " + charEnds.length + " ends");
        }
        if (startPosition < 0 || endPosition < startPosition || endPosition >= tokens) {
            throw new IllegalArgumentException("an answer from " + startPosition + " to " + endPosition
                    + " is not in a window of " + tokens + " tokens");
        }
    }
}
