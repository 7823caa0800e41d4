package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.StopSignal;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import java.util.Optional;

/**
 * The choices of an attention over captions: how they are written. Which layer is looked at shows when there are maps, of which there are
 * those of all layers.
 *
 * @param config how to generate: what is set here goes before what the checkpoint and the task have
 * @param seed of sampling: the same seed gives the same caption, in any company
 * @param prompt how the caption of a picture begins that has no prompt of its own; empty: with nothing
 * @param stopSignal asked at every token whether to go on; what is written until then is the caption
 * @param batchSize how many pictures go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit
 */
public record CaptionAttentionOptions(
        GenerationConfig config, long seed, Optional<String> prompt, StopSignal stopSignal, int batchSize) {

    /** As the task {@code image-to-text} writes where nobody says. */
    public static final CaptionAttentionOptions DEFAULT =
            new CaptionAttentionOptions(GenerationConfig.DEFAULTS, 0, Optional.empty(), StopSignal.NEVER, 0);

    /** Checks the ranges. */
    public CaptionAttentionOptions {
        Arguments.require(config, "config");
        Arguments.require(prompt, "prompt");
        Arguments.require(stopSignal, "stopSignal");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With these settings. */
    public CaptionAttentionOptions withConfig(GenerationConfig settings) {
        return new CaptionAttentionOptions(settings, seed, prompt, stopSignal, batchSize);
    }

    /** With what sampling begins from. */
    public CaptionAttentionOptions withSeed(long number) {
        return new CaptionAttentionOptions(config, number, prompt, stopSignal, batchSize);
    }

    /** With this beginning for every picture that has none of its own. */
    public CaptionAttentionOptions withPrompt(String beginning) {
        return new CaptionAttentionOptions(
                config, seed, Optional.of(Arguments.require(beginning, "beginning")), stopSignal, batchSize);
    }

    /** With somebody who may stop it: {@code AtomicBoolean::get}. */
    public CaptionAttentionOptions withStopSignal(StopSignal signal) {
        return new CaptionAttentionOptions(config, seed, prompt, signal, batchSize);
    }

    /** With batches of this many pictures; 0 leaves it to the pipeline. */
    public CaptionAttentionOptions withBatchSize(int pictures) {
        return new CaptionAttentionOptions(config, seed, prompt, stopSignal, pictures);
    }

    /** The same for whoever writes. */
    ImageToTextOptions writing() {
        return ImageToTextOptions.DEFAULT
                .withConfig(config)
                .withSeed(seed)
                .withStopSignal(stopSignal)
                .withBatchSize(batchSize);
    }
}
