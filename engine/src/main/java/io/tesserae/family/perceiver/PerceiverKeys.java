package io.tesserae.family.perceiver;

import io.tesserae.family.ConfigSource;
import java.util.List;

/**
 * The keys that transformers' {@code PerceiverConfig} has for some of the classes, checked for all of them: a file that is wrong there
 * is refused by the reference, whichever class it is for.
 */
final class PerceiverKeys {

    private static final List<String> INTEGERS = List.of(
            "d_model",
            "vocab_size",
            "max_position_embeddings",
            "num_frames",
            "audio_samples_per_frame",
            "samples_per_patch",
            "output_num_channels",
            "_label_trainable_num_channels");

    private PerceiverKeys() {}

    /** Refuses values of other types. Which numbers make sense is for those to say who compute with them. */
    static void requireTypes(ConfigSource config) {
        for (String key : INTEGERS) {
            config.optionalInt(key, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (integers(config, "image_size", List.of(56)).isEmpty()) {
            throw config.unexpected("image_size", "an integer, or an array of integers");
        }
        trainSize(config);
        outputShape(config);
        config.optionalDouble("layer_norm_eps", 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** {@code train_size}: height and width. */
    static List<Integer> trainSize(ConfigSource config) {
        List<Integer> size = integers(config, "train_size", List.of(368, 496));
        if (size.size() != 2) {
            throw config.unexpected("train_size", "an array of two integers: height and width");
        }
        return size;
    }

    /** {@code output_shape}: batch, which means nothing, frames, height and width. */
    static List<Integer> outputShape(ConfigSource config) {
        List<Integer> shape = integers(config, "output_shape", List.of(1, 16, 224, 224));
        if (shape.size() != 4) {
            throw config.unexpected("output_shape", "an array of 4 integers: batch, frames, height and width");
        }
        return shape;
    }

    private static List<Integer> integers(ConfigSource config, String key, List<Integer> absent) {
        return config.optionalInts(key, absent, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
}
