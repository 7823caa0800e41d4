package io.tesserae.training.saving;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Reads float32 tensors that a run has saved, to the bit, into memory. */
public final class WeightsFile {

    private WeightsFile() {}

    /**
     * Reads all tensors of a file, in the order of their data.
     *
     * @throws ModelLoadingException if the file is absent or not valid, or a tensor is not float32, not finite, or longer than an array
     */
    public static SequencedMap<String, Tensor> read(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(Arguments.require(file, "file"))) {
            SequencedMap<String, Tensor> read = new LinkedHashMap<>();
            for (TensorEntry entry : tensors.entries()) {
                read.put(entry.name(), read(tensors, entry));
            }
            return read;
        } catch (IOException e) {
            throw new ModelLoadingException(file + ": reading it failed: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the tensors of a file that must be those of a model: by names and shapes the same, no more and no fewer.
     *
     * @param parameters the model's
     * @return in the order of {@code parameters}
     * @throws ModelLoadingException as {@link #read}, or if a tensor is missing, unknown or of another shape
     */
    public static SequencedMap<String, Tensor> readLike(Path file, SequencedMap<String, Tensor> parameters) {
        Arguments.require(parameters, "parameters");
        Map<String, Tensor> read = read(file);
        for (Map.Entry<String, Tensor> tensor : read.entrySet()) {
            requireLike(file, tensor.getKey(), tensor.getValue(), parameters.get(tensor.getKey()));
        }
        SequencedMap<String, Tensor> ordered = new LinkedHashMap<>();
        for (String name : parameters.keySet()) {
            Tensor tensor = read.get(name);
            if (tensor == null) {
                throw new ModelLoadingException(file + ": lacks the tensor \"" + name + "\", which the model has");
            }
            ordered.put(name, tensor);
        }
        return ordered;
    }

    static void requireLike(Path file, String name, Tensor found, Tensor expected) {
        if (expected == null) {
            throw new ModelLoadingException(file + ": tensor \"" + name + "\": the model has no such parameter");
        }
        if (!Arrays.equals(found.shape(), expected.shape())) {
            throw new ModelLoadingException(file + ": tensor \"" + name + "\": expected the shape "
                    + Arrays.toString(expected.shape()) + ", found " + Arrays.toString(found.shape()));
        }
    }

    private static Tensor read(SafetensorsFile file, TensorEntry entry) {
        if (entry.dtype() != DType.F32) {
            throw new ModelLoadingException(file + ": " + entry + ": expected float32 (F32)");
        }
        if (entry.elementCount() > Integer.MAX_VALUE - 8) {
            throw new ModelLoadingException(file + ": " + entry + ": longer than an array can be");
        }
        int[] shape = Arrays.stream(entry.shape()).mapToInt(Math::toIntExact).toArray();
        float[] values = new float[(int) entry.elementCount()];
        file.read(entry.name(), 0, values, 0, values.length);
        Tensor tensor = Tensor.of(values, shape);
        if (!tensor.isFinite()) {
            throw new ModelLoadingException(file + ": " + entry
                    + ": expected finite numbers, found NaN or an infinity; take an earlier checkpoint");
        }
        return tensor;
    }
}
