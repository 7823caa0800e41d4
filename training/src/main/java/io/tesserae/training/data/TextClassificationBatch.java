package io.tesserae.training.data;

import io.tesserae.model.TokenBatch;
import java.util.List;

/**
 * Texts and what a classifier is to say of them.
 *
 * @param tokens a sequence for each text
 * @param targets one for each sequence
 */
public record TextClassificationBatch(TokenBatch tokens, Targets targets) {

    /** Examples as a batch, in their order. */
    public static TextClassificationBatch of(List<TextClassificationExample> examples) {
        return new TextClassificationBatch(
                EncodedText.batch(
                        examples.stream().map(TextClassificationExample::text).toList()),
                Targets.of(
                        examples.stream().map(TextClassificationExample::target).toList()));
    }
}
