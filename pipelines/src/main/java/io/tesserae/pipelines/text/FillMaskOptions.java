package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.List;

/**
 * The choices of a mask filling.
 *
 * @param topK how many tokens to return for each mask; more than there are means all
 * @param targets the only tokens to be scored; empty: all of the vocabulary. Their scores do not add up to 1: they are those
 *     among the whole vocabulary
 * @param truncation whether a text that is too long for the model is cut, rather than refused
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record FillMaskOptions(int topK, List<String> targets, boolean truncation, int batchSize) {

    /** Five tokens out of the whole vocabulary, no truncation: the defaults of transformers. */
    public static final FillMaskOptions DEFAULT = new FillMaskOptions(5, List.of(), false, 0);

    /** Checks the ranges. */
    public FillMaskOptions {
        targets = List.copyOf(Arguments.requireAll(targets, "targets"));
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With this many tokens for each mask, best first. */
    public FillMaskOptions withTopK(int tokens) {
        return new FillMaskOptions(tokens, targets, truncation, batchSize);
    }

    /**
     * With these tokens and no others. One that the vocabulary does not have is cut into pieces, of which the first is
     * taken: {@link FillMaskPipeline#targets} says which that is.
     */
    public FillMaskOptions withTargets(List<String> tokens) {
        return new FillMaskOptions(topK, tokens, truncation, batchSize);
    }

    /** With texts cut to the model's length, or not. */
    public FillMaskOptions withTruncation(boolean cut) {
        return new FillMaskOptions(topK, targets, cut, batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public FillMaskOptions withBatchSize(int texts) {
        return new FillMaskOptions(topK, targets, truncation, texts);
    }
}
