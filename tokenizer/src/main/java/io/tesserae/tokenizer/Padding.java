package io.tesserae.tokenizer;

import java.util.OptionalInt;

/**
 * How long the encodings of a batch are made.
 *
 * @param length the length to reach; empty means that of the longest in the batch
 * @param multiple the length is rounded up to a multiple of this
 */
public record Padding(OptionalInt length, int multiple) {

    /** As long as the longest of the batch. */
    public static final Padding LONGEST = new Padding(OptionalInt.empty(), 1);

    public Padding {
        Arguments.require(length, "length");
        if (length.isPresent() && length.getAsInt() < 0) {
            throw new IllegalArgumentException("the length must be 0 or more, found " + length.getAsInt());
        }
        if (multiple < 1) {
            throw new IllegalArgumentException("the multiple must be 1 or more, found " + multiple);
        }
    }

    /** At least this long; longer encodings stay as they are. */
    public static Padding toLength(int length) {
        return new Padding(OptionalInt.of(length), 1);
    }

    /** Rounded up to a multiple. */
    public Padding toMultipleOf(int multiple) {
        return new Padding(length, multiple);
    }
}
