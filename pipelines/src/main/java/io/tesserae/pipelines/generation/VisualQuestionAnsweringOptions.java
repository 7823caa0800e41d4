package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.StopSignal;

/**
 * The choices of answers to questions about pictures.
 *
 * @param config how to generate: what is set here goes before what the checkpoint and the task have
 * @param seed of sampling. It alone decides what a question's answer is drawn with: the same seed gives the same answer, in any company
 * @param stopSignal asked at every token whether to go on; what is written until then is the answer
 * @param batchSize how many questions go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record VisualQuestionAnsweringOptions(GenerationConfig config, long seed, StopSignal stopSignal, int batchSize) {

    /** What the checkpoint says: the likeliest answer, of 20 tokens at most. */
    public static final VisualQuestionAnsweringOptions DEFAULT =
            new VisualQuestionAnsweringOptions(GenerationConfig.DEFAULTS, 0, StopSignal.NEVER, 0);

    /** Checks the ranges. */
    public VisualQuestionAnsweringOptions {
        Arguments.require(config, "config");
        Arguments.require(stopSignal, "stopSignal");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With these settings. */
    public VisualQuestionAnsweringOptions withConfig(GenerationConfig settings) {
        return new VisualQuestionAnsweringOptions(settings, seed, stopSignal, batchSize);
    }

    /** With what sampling begins from. */
    public VisualQuestionAnsweringOptions withSeed(long number) {
        return new VisualQuestionAnsweringOptions(config, number, stopSignal, batchSize);
    }

    /** With somebody who may stop it: {@code AtomicBoolean::get}. */
    public VisualQuestionAnsweringOptions withStopSignal(StopSignal signal) {
        return new VisualQuestionAnsweringOptions(config, seed, signal, batchSize);
    }

    /** With batches of this many questions; 0 leaves it to the pipeline. */
    public VisualQuestionAnsweringOptions withBatchSize(int questions) {
        return new VisualQuestionAnsweringOptions(config, seed, stopSignal, questions);
    }
}
