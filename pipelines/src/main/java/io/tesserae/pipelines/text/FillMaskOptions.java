package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.Optional;

/**
 * The choices of a mask filling.
 *
 * @param topK how many tokens to return for each mask; more than there are means all
 * @param targets the only tokens to be scored; empty: all of the vocabulary. Their scores do not add up to 1: they are those
 *     among the whole vocabulary
 * @param hidden a text that is hidden wherever it occurs: every token that has a part of it becomes a mask, whatever masks there are
 *     besides; empty: only what is a mask already is filled in
 * @param truncation whether a text that is too long for the model is cut, rather than refused
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record FillMaskOptions(
        int topK, List<String> targets, Optional<String> hidden, boolean truncation, int batchSize) {

    /** Five tokens out of the whole vocabulary, no truncation: the defaults of transformers. */
    public static final FillMaskOptions DEFAULT = new FillMaskOptions(5, List.of(), Optional.empty(), false, 0);

    /** Checks the ranges. */
    public FillMaskOptions {
        targets = List.copyOf(Arguments.requireAll(targets, "targets"));
        Arguments.require(hidden, "hidden");
        if (hidden.filter(String::isEmpty).isPresent()) {
            throw new IllegalArgumentException("hidden: expected a text of one char or more, found an empty one");
        }
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With this many tokens for each mask, best first. */
    public FillMaskOptions withTopK(int tokens) {
        return new FillMaskOptions(tokens, targets, hidden, truncation, batchSize);
    }

    /**
     * With these tokens and no others. One that the vocabulary does not have is cut into pieces, of which the first is
     * taken: {@link FillMaskPipeline#targets} says which that is.
     */
    public FillMaskOptions withTargets(List<String> tokens) {
        return new FillMaskOptions(topK, tokens, hidden, truncation, batchSize);
    }

    /**
     * With this text hidden wherever it occurs, token by token: " missing." of "some words are missing.". Where a token reaches beyond it,
     * the whole token is hidden.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public FillMaskOptions withHidden(String text) {
        return new FillMaskOptions(topK, targets, Optional.of(Arguments.require(text, "text")), truncation, batchSize);
    }

    /** With texts cut to the model's length, or not. */
    public FillMaskOptions withTruncation(boolean cut) {
        return new FillMaskOptions(topK, targets, hidden, cut, batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public FillMaskOptions withBatchSize(int texts) {
        return new FillMaskOptions(topK, targets, hidden, truncation, texts);
    }
}
