package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.StopSignal;
import java.util.List;

/**
 * The choices of a text about words and pictures.
 *
 * @param config how to generate: what is set here goes before what the checkpoint and the task have
 * @param seed of sampling. It alone decides what a prompt's answer is drawn with: the same seed gives the same answer, in any company
 * @param examples what the model reads before each prompt, a few shots of the task perhaps; never a part of the answer
 * @param fullText whether the prompt stands before what is new; not so in answers to conversations, which are new altogether
 * @param stopSignal asked at every token whether to go on; what is written until then is the answer
 * @param batchSize how many prompts go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record ImageTextToTextOptions(
        GenerationConfig config,
        long seed,
        List<MixedPrompt.Part> examples,
        boolean fullText,
        StopSignal stopSignal,
        int batchSize) {

    /** What the checkpoint says; beyond it the defaults of transformers: 256 new tokens at most, the likeliest each. */
    public static final ImageTextToTextOptions DEFAULT =
            new ImageTextToTextOptions(GenerationConfig.DEFAULTS, 0, List.of(), true, StopSignal.NEVER, 0);

    /** Checks the ranges. */
    public ImageTextToTextOptions {
        Arguments.require(config, "config");
        examples = List.copyOf(Arguments.requireAll(examples, "examples"));
        Arguments.require(stopSignal, "stopSignal");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With these settings. */
    public ImageTextToTextOptions withConfig(GenerationConfig settings) {
        return new ImageTextToTextOptions(settings, seed, examples, fullText, stopSignal, batchSize);
    }

    /** With what sampling begins from. */
    public ImageTextToTextOptions withSeed(long number) {
        return new ImageTextToTextOptions(config, number, examples, fullText, stopSignal, batchSize);
    }

    /** With these words and pictures before each prompt. */
    public ImageTextToTextOptions withExamples(List<MixedPrompt.Part> parts) {
        return new ImageTextToTextOptions(config, seed, parts, fullText, stopSignal, batchSize);
    }

    /** With the prompt before what is new, or without. */
    public ImageTextToTextOptions withFullText(boolean full) {
        return new ImageTextToTextOptions(config, seed, examples, full, stopSignal, batchSize);
    }

    /** With somebody who may stop it: {@code AtomicBoolean::get}. */
    public ImageTextToTextOptions withStopSignal(StopSignal signal) {
        return new ImageTextToTextOptions(config, seed, examples, fullText, signal, batchSize);
    }

    /** With batches of this many prompts; 0 leaves it to the pipeline. */
    public ImageTextToTextOptions withBatchSize(int prompts) {
        return new ImageTextToTextOptions(config, seed, examples, fullText, stopSignal, prompts);
    }
}
