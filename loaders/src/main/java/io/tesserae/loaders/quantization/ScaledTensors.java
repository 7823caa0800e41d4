package io.tesserae.loaders.quantization;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint in which {@code X.weight} may be whole numbers of 8 bits, {@code [out, in]}, and {@code X.weight_scale}, {@code [out, 1]} or
 * {@code [1]}, what its rows are multiplied by. Under {@code X.weight} it gives the products; the factors are no tensors of the model.
 */
public final class ScaledTensors implements TensorSource {

    private static final String SCALE = "_scale";

    private final TensorSource whole;
    private final Set<String> names;
    private final Map<String, float[]> scales = new HashMap<>(); // [out], of each weight that has them

    /**
     * Reads the factors.
     *
     * @param entries what the files' headers say about each tensor
     * @throws ModelLoadingException if one is no positive number, belongs to no matrix of whole numbers, or is of another shape
     */
    public ScaledTensors(TensorSource whole, List<TensorEntry> entries) {
        this.whole = Arguments.require(whole, "whole");
        Map<String, TensorEntry> byName = new HashMap<>();
        Arguments.requireAll(entries, "entries").forEach(entry -> byName.put(entry.name(), entry));
        Set<String> own = new LinkedHashSet<>(whole.names());
        for (String name : whole.names()) {
            if (name.endsWith(".weight" + SCALE)) {
                String weight = name.substring(0, name.length() - SCALE.length());
                scales.put(weight, scales(name, byName.get(weight)));
                own.remove(name);
            }
        }
        this.names = Collections.unmodifiableSet(own);
    }

    private float[] scales(String name, TensorEntry weight) {
        if (weight == null || weight.dtype() != DType.I8 || weight.shape().length != 2) {
            throw new ModelLoadingException(whole.describe(name)
                    + ": expected a matrix of I8 beside it, under the name without " + SCALE + ", found "
                    + (weight == null ? "none" : weight));
        }
        int rows = Math.toIntExact(weight.shape()[0]);
        long[] shape = whole.shape(name);
        long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        boolean each = shape.length > 0 && shape[0] == rows && count == rows;
        if (!each && count != 1) {
            throw new ModelLoadingException(whole.describe(name) + ": expected shape [" + rows + ", 1] or [1], found "
                    + Arrays.toString(shape));
        }
        whole.requireFloatingPoint(name);
        float[] scales = new float[rows];
        whole.read(name, 0, scales, 0, Math.toIntExact(count));
        if (count == 1) {
            Arrays.fill(scales, scales[0]);
        }
        for (float scale : scales) {
            if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
                throw new ModelLoadingException(
                        whole.describe(name) + ": expected numbers greater than 0, found " + scale);
            }
        }
        return scales;
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public long[] shape(String name) {
        return whole.shape(name);
    }

    @Override
    public Precision precision(String name) {
        return scales.containsKey(name) ? Precision.INT8 : whole.precision(name);
    }

    @Override
    public float rowScale(String name, int row) {
        float[] own = scales.get(name);
        return own == null ? whole.rowScale(name, row) : own[row];
    }

    @Override
    public void requireFloatingPoint(String name) {
        if (!scales.containsKey(name)) {
            whole.requireFloatingPoint(name);
        }
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        whole.read(name, first, destination, offset, count);
        float[] own = scales.get(name);
        if (own == null) {
            return;
        }
        long columns = whole.shape(name)[1];
        for (int i = 0; i < count; i++) {
            destination[offset + i] *= own[(int) ((first + i) / columns)];
        }
    }

    @Override
    public String describe(String name) {
        return whole.describe(name);
    }

    @Override
    public void close() {
        whole.close();
    }
}
