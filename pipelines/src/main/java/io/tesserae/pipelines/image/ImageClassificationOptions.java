package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.ScoreFunction;
import java.util.Optional;

/**
 * The choices of an image classification.
 *
 * @param topK how many labels to return; more than there are means all
 * @param functionToApply how outputs become scores; empty: as the model's configuration says
 * @param batchSize how many pictures go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record ImageClassificationOptions(int topK, Optional<ScoreFunction> functionToApply, int batchSize) {

    /** The five best labels and the model's own function: the defaults of transformers. */
    public static final ImageClassificationOptions DEFAULT = new ImageClassificationOptions(5, Optional.empty(), 0);

    /** Checks the ranges. */
    public ImageClassificationOptions {
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With this many labels, best first. */
    public ImageClassificationOptions withTopK(int labels) {
        return new ImageClassificationOptions(labels, functionToApply, batchSize);
    }

    /** With all labels, best first. */
    public ImageClassificationOptions withAllLabels() {
        return withTopK(Integer.MAX_VALUE);
    }

    /** With this function from outputs to scores. */
    public ImageClassificationOptions withFunctionToApply(ScoreFunction function) {
        return new ImageClassificationOptions(topK, Optional.of(Arguments.require(function, "function")), batchSize);
    }

    /** With batches of this many pictures; 0 leaves it to the pipeline. */
    public ImageClassificationOptions withBatchSize(int images) {
        return new ImageClassificationOptions(topK, functionToApply, images);
    }
}
