package io.tesserae.training.data;

import io.tesserae.model.TokenBatch;
import java.util.Arrays;
import java.util.List;

/**
 * Texts and what is to be said of their tokens: the labels of token classification, or the tokens that masks hide.
 *
 * @param tokens a sequence for each text
 * @param labels {@code [tokens]}, ids, {@link LabelSet#IGNORED} where nothing is asked for
 */
public record TokenLabelBatch(TokenBatch tokens, int[] labels) {

    /** Examples as a batch, in their order. */
    public static TokenLabelBatch of(List<TokenClassificationExample> examples) {
        return new TokenLabelBatch(
                EncodedText.batch(
                        examples.stream().map(TokenClassificationExample::text).toList()),
                examples.stream()
                        .flatMapToInt(example -> Arrays.stream(example.labels()))
                        .toArray());
    }

    /** How many tokens something is asked of. */
    public int labelled() {
        int labelled = 0;
        for (int label : labels) {
            labelled += label == LabelSet.IGNORED ? 0 : 1;
        }
        return labelled;
    }
}
