package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.schedule.HypothesisTemplate;
import java.util.List;

/**
 * The choices of a zero-shot classification of pictures.
 *
 * @param candidateLabels in words; the same for all pictures of a call
 * @param hypothesisTemplate the sentence that each label is put into, at its {@code {}}
 * @param batchSize how many pictures go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record ZeroShotImageClassificationOptions(
        List<String> candidateLabels, String hypothesisTemplate, int batchSize) {

    /** "This is a photo of {}.", the default of transformers, and no labels yet: give some. */
    public static final ZeroShotImageClassificationOptions DEFAULT =
            new ZeroShotImageClassificationOptions(List.of(), "This is a photo of {}.", 0);

    /** Checks the ranges. */
    public ZeroShotImageClassificationOptions {
        candidateLabels = List.copyOf(Arguments.requireAll(candidateLabels, "candidateLabels"));
        Arguments.require(hypothesisTemplate, "hypothesisTemplate");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
        new HypothesisTemplate(hypothesisTemplate);
    }

    /** With these labels. */
    public ZeroShotImageClassificationOptions withCandidateLabels(List<String> labels) {
        return new ZeroShotImageClassificationOptions(labels, hypothesisTemplate, batchSize);
    }

    /**
     * With this sentence. The label's place is {@code {}}; a brace of the sentence's own is written twice.
     *
     * @throws IllegalArgumentException if there is no place for the label in it, or something else between braces
     */
    public ZeroShotImageClassificationOptions withHypothesisTemplate(String template) {
        return new ZeroShotImageClassificationOptions(candidateLabels, template, batchSize);
    }

    /** With batches of this many pictures; 0 leaves it to the pipeline. */
    public ZeroShotImageClassificationOptions withBatchSize(int images) {
        return new ZeroShotImageClassificationOptions(candidateLabels, hypothesisTemplate, images);
    }
}
