package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;

/** A batch from a safetensors file: {@code pixel_values [batch, channels, height, width]}, as F32. */
public final class PixelFeed {

    private static final String PIXEL_VALUES = "pixel_values";

    /** What transformers calls pixels where a model reads almost any input. */
    private static final String INPUTS = "inputs";

    private static final String SHAPE = "[batch, channels, height, width]";

    private PixelFeed() {}

    public static ImageBatch read(SafetensorsFile file) {
        requireAlone(file, PIXEL_VALUES);
        return pixels(file);
    }

    /** The pictures of a model that reads with latents. */
    public static ImageBatch readInputs(SafetensorsFile file) {
        if (!file.names().contains(INPUTS)) {
            return read(file);
        }
        requireAlone(file, INPUTS);
        return ImageBatch.of(FloatFeed.read(file, INPUTS, SHAPE, 4));
    }

    private static void requireAlone(SafetensorsFile file, String expected) {
        for (String name : file.names()) {
            if (!name.equals(expected)) {
                throw new CommandException(file.describe(name) + ": unknown input; the model takes pixels, and the feed"
                        + " must have " + expected + " alone");
            }
        }
    }

    /** The pictures of a file that may hold more. */
    public static ImageBatch pixels(SafetensorsFile file) {
        if (!file.names().contains(PIXEL_VALUES)) {
            throw new CommandException(file + ": has no tensor pixel_values");
        }
        return readPixels(file);
    }

    /** Likewise where the file has other tensors too. */
    public static ImageBatch readPixels(SafetensorsFile file) {
        return ImageBatch.of(FloatFeed.read(file, PIXEL_VALUES, SHAPE, 4));
    }
}
