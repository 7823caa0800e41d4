package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.StopSignal;

/**
 * The choices of a text generation.
 *
 * @param config how to generate: what is set here goes before what the checkpoint and the task have
 * @param seed of sampling. It alone decides what a text's answer is drawn with: the same seed gives the same answer, in any company
 * @param fullText whether the prompt stands before what is new
 * @param stopSignal asked at every token whether to go on; what is written until then is the answer
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record TextGenerationOptions(
        GenerationConfig config, long seed, boolean fullText, StopSignal stopSignal, int batchSize) {

    /** What the checkpoint says; beyond it the defaults of transformers: 256 new tokens, drawn at temperature 0.7. */
    public static final TextGenerationOptions DEFAULT =
            new TextGenerationOptions(GenerationConfig.DEFAULTS, 0, true, StopSignal.NEVER, 0);

    /** Checks the ranges. */
    public TextGenerationOptions {
        Arguments.require(config, "config");
        Arguments.require(stopSignal, "stopSignal");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With these settings. */
    public TextGenerationOptions withConfig(GenerationConfig settings) {
        return new TextGenerationOptions(settings, seed, fullText, stopSignal, batchSize);
    }

    /** With what sampling begins from. */
    public TextGenerationOptions withSeed(long number) {
        return new TextGenerationOptions(config, number, fullText, stopSignal, batchSize);
    }

    /** With the prompt before what is new, or without. */
    public TextGenerationOptions withFullText(boolean full) {
        return new TextGenerationOptions(config, seed, full, stopSignal, batchSize);
    }

    /** With somebody who may stop it: {@code AtomicBoolean::get}. */
    public TextGenerationOptions withStopSignal(StopSignal signal) {
        return new TextGenerationOptions(config, seed, fullText, signal, batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public TextGenerationOptions withBatchSize(int texts) {
        return new TextGenerationOptions(config, seed, fullText, stopSignal, texts);
    }
}
