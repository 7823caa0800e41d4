package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/** A batch from a safetensors file: {@code pixel_values [batch, channels, height, width]}, as F32. */
final class PixelFeed {

    private static final String PIXEL_VALUES = "pixel_values";

    private PixelFeed() {}

    static ImageBatch read(SafetensorsFile file) {
        for (String name : file.names()) {
            if (!name.equals(PIXEL_VALUES)) {
                throw new CommandException(file.describe(name)
                        + ": unknown input; the model takes pixels, and the feed must have pixel_values alone");
            }
        }
        return pixels(file);
    }

    /** The pictures of a file that may hold more. */
    static ImageBatch pixels(SafetensorsFile file) {
        if (!file.names().contains(PIXEL_VALUES)) {
            throw new CommandException(file + ": has no tensor pixel_values");
        }
        return readPixels(file);
    }

    /** Likewise where the file has other tensors too. */
    static ImageBatch readPixels(SafetensorsFile file) {
        TensorEntry entry = file.entry(PIXEL_VALUES);
        if (entry.dtype() != DType.F32) {
            throw new CommandException(file.describe(PIXEL_VALUES) + ": expected the type F32");
        }
        long[] shape = entry.shape();
        if (shape.length != 4 || entry.elementCount() == 0) {
            throw new CommandException(file.describe(PIXEL_VALUES)
                    + ": expected the shape [batch, channels, height, width], each 1 or more");
        }
        if (entry.elementCount() > Integer.MAX_VALUE - 8) {
            throw new CommandException(file.describe(PIXEL_VALUES) + ": more pixels than one batch can have");
        }
        Tensor pixelValues =
                Tensor.zeros(Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
        file.read(PIXEL_VALUES, 0, pixelValues.data(), 0, pixelValues.size());
        return ImageBatch.of(pixelValues);
    }
}
