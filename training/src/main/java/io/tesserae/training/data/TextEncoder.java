package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import io.tesserae.training.data.table.Origin;
import java.util.List;
import java.util.function.Supplier;

/**
 * From texts to tokens. What is too long is cut; of two texts the longer one first, as transformers does it.
 *
 * @param tokenizer the model's
 * @param maxLength the most tokens of an example, special tokens included: no more than the model has positions for
 */
public record TextEncoder(Tokenizer tokenizer, int maxLength) {

    /** Checks that special tokens leave room for a text. */
    public TextEncoder {
        Arguments.require(tokenizer, "tokenizer");
        int least = tokenizer.specialTokensAround(true) + 2;
        if (maxLength < least) {
            throw new IllegalArgumentException("maxLength: expected " + least
                    + " or more, so that two texts have a token each beside the special ones, found " + maxLength);
        }
    }

    /** With another limit. */
    public TextEncoder withMaxLength(int tokens) {
        return new TextEncoder(tokenizer, tokens);
    }

    /** Encodes a text. */
    public Encoding encode(String text, Origin origin) {
        return naming(origin, () -> tokenizer.encode(text, truncating()));
    }

    /** Encodes a text, with the tokenizer's special tokens around it or without. */
    public Encoding encode(String text, boolean addSpecialTokens, Origin origin) {
        return naming(origin, () -> tokenizer.encode(text, truncating().withAddSpecialTokens(addSpecialTokens)));
    }

    /** Encodes two texts as one input. */
    public Encoding encodePair(String text, String textPair, Origin origin) {
        return naming(origin, () -> tokenizer.encodePair(text, textPair, truncating()));
    }

    /** Encodes a text that has been cut into words. */
    public Encoding encodeWords(List<String> words, Origin origin) {
        return naming(origin, () -> tokenizer.encodeWords(words, null, truncating()));
    }

    /** Options that cut to the longest length. */
    EncodingOptions truncating() {
        return EncodingOptions.DEFAULT
                .withTruncation(TruncationStrategy.LONGEST_FIRST)
                .withMaxLength(maxLength);
    }

    /** What the model is given of an encoding: types where it knows some. */
    public EncodedText text(Encoding encoding) {
        int[] types = tokenizer.returnsTokenTypeIds() ? encoding.tokenTypeIds() : new int[encoding.size()];
        return new EncodedText(encoding.inputIds(), types);
    }

    /** Says which row it is that cannot be encoded. */
    static Encoding naming(Origin origin, Supplier<Encoding> encode) {
        try {
            return encode.get();
        } catch (IllegalArgumentException e) {
            throw origin.refusal("the text cannot be encoded: " + e.getMessage());
        }
    }
}
