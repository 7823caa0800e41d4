package io.tesserae.family.perceiver;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.latent.MultimodalShape;
import java.util.Collections;
import java.util.List;

/**
 * The numbers of a model of videos with sound, by the names of {@code config.json}, with the defaults of transformers' {@code
 * PerceiverConfig}.
 *
 * @param numFrames pictures of a video that the model was made for
 * @param audioSamples sound of such a video: {@code num_frames · audio_samples_per_frame}
 * @param imageSize blocks along each side of such a video's pictures
 * @param outputs what there is to reconstruct
 * @param outputNumChannels width of an answer, before it becomes a pixel, a stretch of sound or scores
 * @param labelChannels width of the query for the label: {@code _label_trainable_num_channels}
 */
record MultimodalConfig(
        int numFrames,
        int audioSamples,
        int imageSize,
        MultimodalShape outputs,
        int outputNumChannels,
        int labelChannels) {

    private static final int MOST_FRAMES = 1 << 16;
    private static final int MOST_SAMPLES = 1 << 26;
    private static final int LARGEST_SIDE = 1 << 13;

    /** Colours of them are still one array. */
    private static final int MOST_PIXELS = 1 << 28;

    /** Reads the keys. */
    static MultimodalConfig read(ConfigSource config) {
        int numFrames = config.optionalInt("num_frames", 16, 1, MOST_FRAMES);
        int samplesPerFrame = config.optionalInt("audio_samples_per_frame", 1920, 1, MOST_SAMPLES / numFrames);
        int audioSamples = numFrames * samplesPerFrame;
        int samplesPerPatch = config.optionalInt("samples_per_patch", 16, 1, ConfigChecks.WIDEST);
        if (samplesPerPatch > audioSamples) {
            throw config.unexpected(
                    "samples_per_patch",
                    "at most " + audioSamples + ", the samples of a video (num_frames · audio_samples_per_frame)");
        }
        if (config.labelCount() < 1) {
            throw config.unexpected("num_labels", "one label at least");
        }
        List<Integer> shape = outputShape(config);
        return new MultimodalConfig(
                numFrames,
                audioSamples,
                config.optionalInt("image_size", 56, 1, LARGEST_SIDE),
                new MultimodalShape(
                        shape.get(1),
                        shape.get(2),
                        shape.get(3),
                        audioSamples / samplesPerPatch,
                        samplesPerPatch,
                        config.labelCount()),
                ConfigChecks.width(config, "output_num_channels", 512),
                ConfigChecks.width(config, "_label_trainable_num_channels", 1024));
    }

    /** Batch, frames, height and width; the first means nothing. */
    private static List<Integer> outputShape(ConfigSource config) {
        String key = "output_shape";
        List<Integer> shape = PerceiverKeys.outputShape(config);
        if (Collections.min(shape) < 1 || shape.get(1) > MOST_FRAMES) {
            throw config.unexpected(key, "integers from 1 on, and at most " + MOST_FRAMES + " frames");
        }
        long pixels = (long) shape.get(1) * shape.get(2) * shape.get(3);
        if (pixels > MOST_PIXELS || shape.get(2) > LARGEST_SIDE || shape.get(3) > LARGEST_SIDE) {
            throw config.unexpected(
                    key, "at most " + MOST_PIXELS + " pixels in all frames, and " + LARGEST_SIDE + " along a side");
        }
        return shape;
    }

    /** Sines and cosines of the places in the sound, of inputs and of outputs. */
    FourierPositions audioPositions() {
        return new FourierPositions(192, audioSamples);
    }

    /** Likewise of the places in the video: frame, row, column. */
    FourierPositions imagePositions() {
        return new FourierPositions(32, numFrames, imageSize, imageSize);
    }
}
