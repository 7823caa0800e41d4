package io.tesserae.tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A source of tensors that a test makes. */
public class TensorsInMemory implements TensorSource {

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** Without any yet. */
    public TensorsInMemory() {}

    /** Adds one. */
    public TensorsInMemory with(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return this;
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public long[] shape(String name) {
        return Arrays.stream(tensors.get(name).shape()).asLongStream().toArray();
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        System.arraycopy(tensors.get(name).data(), (int) first, destination, offset, count);
    }

    @Override
    public String describe(String name) {
        return "memory: tensor \"" + name + "\"";
    }

    @Override
    public void close() {}
}
