package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.TokenBatch;
import java.util.List;

/**
 * A text, or two, as a model takes them. The arrays are not copied, and not to be changed.
 *
 * @param inputIds {@code [tokens]}
 * @param tokenTypeIds {@code [tokens]}, all 0 where the model knows no types
 */
public record EncodedText(int[] inputIds, int[] tokenTypeIds) {

    /** Checks that the arrays fit together. */
    public EncodedText {
        Arguments.require(inputIds, "inputIds");
        Arguments.require(tokenTypeIds, "tokenTypeIds");
        if (inputIds.length != tokenTypeIds.length) {
            throw new IllegalArgumentException(
                    inputIds.length + " input ids have " + tokenTypeIds.length + " token type ids");
        }
    }

    /** How many tokens it has. */
    public int length() {
        return inputIds.length;
    }

    /** Texts as a ragged batch, in their order. */
    public static TokenBatch batch(List<EncodedText> texts) {
        return TokenBatch.of(
                texts.stream().map(EncodedText::inputIds).toArray(int[][]::new),
                texts.stream().map(EncodedText::tokenTypeIds).toArray(int[][]::new));
    }
}
