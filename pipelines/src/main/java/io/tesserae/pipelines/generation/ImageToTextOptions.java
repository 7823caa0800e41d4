package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.StopSignal;
import java.util.Optional;

/**
 * The choices of a description of pictures.
 *
 * @param config how to generate: what is set here goes before what the checkpoint and the task have
 * @param seed of sampling. It alone decides what a picture's answer is drawn with: the same seed gives the same answer, in any company
 * @param prompt how the text about a picture begins that has no prompt of its own; empty: with nothing
 * @param fullText whether the prompt stands before what is new
 * @param stopSignal asked at every token whether to go on; what is written until then is the answer
 * @param batchSize how many pictures go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record ImageToTextOptions(
        GenerationConfig config,
        long seed,
        Optional<String> prompt,
        boolean fullText,
        StopSignal stopSignal,
        int batchSize) {

    /** What the checkpoint says; beyond it the defaults of transformers: no prompt, 256 new tokens at most, the likeliest each. */
    public static final ImageToTextOptions DEFAULT =
            new ImageToTextOptions(GenerationConfig.DEFAULTS, 0, Optional.empty(), true, StopSignal.NEVER, 0);

    /** Checks the ranges. */
    public ImageToTextOptions {
        Arguments.require(config, "config");
        Arguments.require(prompt, "prompt");
        Arguments.require(stopSignal, "stopSignal");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With these settings. */
    public ImageToTextOptions withConfig(GenerationConfig settings) {
        return new ImageToTextOptions(settings, seed, prompt, fullText, stopSignal, batchSize);
    }

    /** With what sampling begins from. */
    public ImageToTextOptions withSeed(long number) {
        return new ImageToTextOptions(config, number, prompt, fullText, stopSignal, batchSize);
    }

    /** With the prompt before what is new, or without. */
    public ImageToTextOptions withFullText(boolean full) {
        return new ImageToTextOptions(config, seed, prompt, full, stopSignal, batchSize);
    }

    /** With this beginning for every picture that has none of its own. */
    public ImageToTextOptions withPrompt(String beginning) {
        return new ImageToTextOptions(
                config, seed, Optional.of(Arguments.require(beginning, "beginning")), fullText, stopSignal, batchSize);
    }

    /** With somebody who may stop it: {@code AtomicBoolean::get}. */
    public ImageToTextOptions withStopSignal(StopSignal signal) {
        return new ImageToTextOptions(config, seed, prompt, fullText, signal, batchSize);
    }

    /** With batches of this many pictures; 0 leaves it to the pipeline. */
    public ImageToTextOptions withBatchSize(int pictures) {
        return new ImageToTextOptions(config, seed, prompt, fullText, stopSignal, pictures);
    }
}
