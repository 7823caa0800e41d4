package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;

/**
 * A character of a text, or a special token: all rows that a reader would point at together. A model that reads bytes has up to four rows for
 * a character.
 *
 * @param text the character, or the special token's name
 * @param sequence 0 for the first text, 1 for the second, -1 for what the tokenizer added
 * @param start where it begins in its text, in chars; 0 for what the tokenizer added
 * @param firstRow of those that latents read, counted from 0
 * @param rows how many, 1 or more
 */
public record ReadCharacter(String text, int sequence, int start, int firstRow, int rows) {

    /** Checks the ranges. */
    public ReadCharacter {
        Arguments.require(text, "text");
        if (sequence < -1 || sequence > 1 || start < 0 || firstRow < 0 || rows < 1) {
            throw new IllegalArgumentException(
                    "a character: expected a sequence from -1 to 1, a start and a first row of 0"
                            + " or more and one row or more, found " + sequence + ", " + start + ", " + firstRow
                            + " and " + rows);
        }
    }

    /** Whether the tokenizer added it. */
    public boolean isAdded() {
        return sequence < 0;
    }
}
