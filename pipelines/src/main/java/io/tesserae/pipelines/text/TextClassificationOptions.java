package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.ScoreFunction;
import java.util.Optional;

/**
 * The choices of a text classification.
 *
 * @param topK how many labels to return; more than there are means all
 * @param functionToApply how outputs become scores; empty: as the model's configuration says
 * @param truncation whether a text that is too long for the model is cut, rather than refused
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record TextClassificationOptions(
        int topK, Optional<ScoreFunction> functionToApply, boolean truncation, int batchSize) {

    /** The best label, the model's own function, no truncation: the defaults of transformers. */
    public static final TextClassificationOptions DEFAULT =
            new TextClassificationOptions(1, Optional.empty(), false, 0);

    /** Checks the ranges. */
    public TextClassificationOptions {
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With this many labels, best first. */
    public TextClassificationOptions withTopK(int labels) {
        return new TextClassificationOptions(labels, functionToApply, truncation, batchSize);
    }

    /** With all labels, best first. */
    public TextClassificationOptions withAllLabels() {
        return withTopK(Integer.MAX_VALUE);
    }

    /** With this function from outputs to scores. */
    public TextClassificationOptions withFunctionToApply(ScoreFunction function) {
        return new TextClassificationOptions(
                topK, Optional.of(Arguments.require(function, "function")), truncation, batchSize);
    }

    /** With texts cut to the model's length, or not. */
    public TextClassificationOptions withTruncation(boolean cut) {
        return new TextClassificationOptions(topK, functionToApply, cut, batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public TextClassificationOptions withBatchSize(int texts) {
        return new TextClassificationOptions(topK, functionToApply, truncation, texts);
    }
}
