package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.schedule.HypothesisTemplate;

/**
 * The choices of a zero-shot classification.
 *
 * @param hypothesisTemplate the sentence that each label is put into, at its {@code {}}
 * @param multiLabel whether each label is right or wrong by itself; otherwise one of them is right, and the scores add up
 *     to 1
 * @param batchSize how many pairs of text and label go through the model together; 0: as many as make good use of it.
 *     Answers do not depend on it, to the last bit.
 */
public record ZeroShotClassificationOptions(String hypothesisTemplate, boolean multiLabel, int batchSize) {

    /** "This example is {}.", of which one is right: the defaults of transformers. */
    public static final ZeroShotClassificationOptions DEFAULT =
            new ZeroShotClassificationOptions("This example is {}.", false, 0);

    /** Checks the ranges. */
    public ZeroShotClassificationOptions {
        Arguments.require(hypothesisTemplate, "hypothesisTemplate");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
        new HypothesisTemplate(hypothesisTemplate);
    }

    /**
     * With this sentence. The label's place is {@code {}}; a brace of the sentence's own is written twice.
     *
     * @throws IllegalArgumentException if there is no place for the label in it, or something else between braces
     */
    public ZeroShotClassificationOptions withHypothesisTemplate(String template) {
        return new ZeroShotClassificationOptions(template, multiLabel, batchSize);
    }

    /** With each label by itself, or not. */
    public ZeroShotClassificationOptions withMultiLabel(boolean each) {
        return new ZeroShotClassificationOptions(hypothesisTemplate, each, batchSize);
    }

    /** With batches of this many pairs; 0 leaves it to the pipeline. */
    public ZeroShotClassificationOptions withBatchSize(int pairs) {
        return new ZeroShotClassificationOptions(hypothesisTemplate, multiLabel, pairs);
    }
}
