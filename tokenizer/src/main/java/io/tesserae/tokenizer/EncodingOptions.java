package io.tesserae.tokenizer;

import java.util.OptionalInt;

/**
 * How to encode: {@code EncodingOptions.DEFAULT.withTruncation(TruncationStrategy.LONGEST_FIRST).withMaxLength(64)}.
 *
 * @param addSpecialTokens whether {@code [CLS]} and {@code [SEP]} are put around the sequences
 * @param truncation what to shorten where the input is too long
 * @param maxLength the most tokens an encoding may have, special tokens counted; empty means the tokenizer's
 *     {@link Tokenizer#modelMaxLength()}
 * @param stride how many tokens consecutive windows of an overflowing text have in common
 * @param returnOverflow whether what truncation cuts off is returned as further windows, {@link Encoding#overflow()}
 */
public record EncodingOptions(
        boolean addSpecialTokens,
        TruncationStrategy truncation,
        OptionalInt maxLength,
        int stride,
        boolean returnOverflow) {

    /** Special tokens are added and nothing is truncated. */
    public static final EncodingOptions DEFAULT =
            new EncodingOptions(true, TruncationStrategy.DO_NOT_TRUNCATE, OptionalInt.empty(), 0, false);

    public EncodingOptions {
        Arguments.require(truncation, "truncation");
        Arguments.require(maxLength, "maxLength");
        if (maxLength.isPresent() && maxLength.getAsInt() < 0) {
            throw new IllegalArgumentException("maxLength must be 0 or more, found " + maxLength.getAsInt());
        }
        if (stride < 0) {
            throw new IllegalArgumentException("stride must be 0 or more, found " + stride);
        }
    }

    /** With or without {@code [CLS]} and {@code [SEP]}. */
    public EncodingOptions withAddSpecialTokens(boolean add) {
        return new EncodingOptions(add, truncation, maxLength, stride, returnOverflow);
    }

    /** With this way to shorten. */
    public EncodingOptions withTruncation(TruncationStrategy strategy) {
        return new EncodingOptions(addSpecialTokens, strategy, maxLength, stride, returnOverflow);
    }

    /** With this limit. As in transformers, a limit where nothing was to be truncated truncates the longest first. */
    public EncodingOptions withMaxLength(int limit) {
        TruncationStrategy strategy =
                truncation == TruncationStrategy.DO_NOT_TRUNCATE ? TruncationStrategy.LONGEST_FIRST : truncation;
        return new EncodingOptions(addSpecialTokens, strategy, OptionalInt.of(limit), stride, returnOverflow);
    }

    /**
     * With the rest of a text that is too long as further windows.
     *
     * @param stride how many tokens of one window the next begins with; fewer than a window has
     */
    public EncodingOptions withOverflow(int stride) {
        return new EncodingOptions(addSpecialTokens, truncation, maxLength, stride, true);
    }
}
