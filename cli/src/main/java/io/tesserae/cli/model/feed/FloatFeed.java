package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/** Numbers from a safetensors file, as F32. */
public final class FloatFeed {

    private FloatFeed() {}

    /**
     * Reads a tensor.
     *
     * @param expected its shape in words, for error messages
     * @param rank how many dimensions it has, each 1 or more
     */
    public static Tensor read(SafetensorsFile file, String name, String expected, int rank) {
        if (!file.names().contains(name)) {
            throw new CommandException(file + ": has no tensor " + name + " " + expected);
        }
        TensorEntry entry = file.entry(name);
        if (entry.dtype() != DType.F32) {
            throw new CommandException(file.describe(name) + ": expected the type F32");
        }
        long[] shape = entry.shape();
        if (shape.length != rank || entry.elementCount() == 0) {
            throw new CommandException(file.describe(name) + ": expected the shape " + expected + ", each 1 or more");
        }
        if (entry.elementCount() > Integer.MAX_VALUE - 8) {
            throw new CommandException(file.describe(name) + ": more numbers than one array can have");
        }
        Tensor tensor =
                Tensor.zeros(Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
        file.read(name, 0, tensor.data(), 0, tensor.size());
        return tensor;
    }
}
