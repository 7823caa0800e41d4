package io.tesserae.family.perceiver;

import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Sound, video and label as rows of one width, in this order: transformers' {@code PerceiverMultimodalPreprocessor}.
 *
 * <p>The label is what the model is to find out, so its row is always the trained one that stands for a hidden label: whatever label
 * is given in the reference, it has no effect.
 *
 * @param width numbers of a row
 * @param hiddenLabel {@code [1, width]}
 */
record MultimodalRows(
        AudioPatches audio,
        TrainedPadding audioPadding,
        VideoBlocks image,
        TrainedPadding imagePadding,
        Tensor hiddenLabel,
        int width) {

    /** So much padding has the widest kind. */
    private static final int LEAST_PADDING = 4;

    /** Numbers of a row. */
    static int width(MultimodalConfig config) {
        int labels = config.outputs().labels();
        return Math.max(Math.max(audio(config).channels(), image(config).channels()), labels) + LEAST_PADDING;
    }

    /** Loads from below {@code perceiver.input_preprocessor}. */
    static MultimodalRows load(MultimodalConfig config, StateDict weights) {
        int width = width(config);
        AudioPatches audio = audio(config);
        VideoBlocks image = image(config);
        StateDict paddings = weights.at("padding");
        StateDict masks = weights.at("mask");
        // No output depends on these: sound and video are never hidden, and a label always is.
        paddings.require("label", 1, width - config.outputs().labels());
        masks.require("audio", 1, width);
        masks.require("image", 1, width);
        return new MultimodalRows(
                audio,
                TrainedPadding.load(paddings, "audio", audio.channels(), width),
                image,
                TrainedPadding.load(paddings, "image", image.channels(), width),
                masks.read("label", 1, width),
                width);
    }

    private static AudioPatches audio(MultimodalConfig config) {
        return new AudioPatches(config.outputs().samplesPerPatch(), config.audioPositions());
    }

    private static VideoBlocks image(MultimodalConfig config) {
        return new VideoBlocks(config.imagePositions());
    }

    /** The rows of a video with its sound. */
    Inputs of(MultimodalInputs inputs) {
        int audioRows = audio.rows(inputs.audio().size());
        int imageRows = image.rows(inputs.video());
        return Inputs.of(1, _ -> audioRows + imageRows + 1, (frame, _, _, rows) -> {
            audio.fill(frame, inputs.audio(), rows, 0);
            audioPadding.fill(frame, rows, 0, audioRows);
            image.fill(frame, inputs.video(), rows, audioRows);
            imagePadding.fill(frame, rows, audioRows, imageRows);
            System.arraycopy(hiddenLabel.data(), 0, rows.data(), (audioRows + imageRows) * width, width);
        });
    }
}
