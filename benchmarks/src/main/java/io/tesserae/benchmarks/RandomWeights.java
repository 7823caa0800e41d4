package io.tesserae.benchmarks;

import io.tesserae.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint without a file: every weight is computed from its place when it is read, so that a model of any size can be
 * timed on a machine that has no checkpoint. Times do not depend on the values, as long as none is denormal.
 */
public final class RandomWeights implements TensorSource {

    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    /** {@code name.weight} of this shape and {@code name.bias}, as long as its first dimension. */
    public void addWithBias(String name, long... shape) {
        add(name + ".weight", shape);
        add(name + ".bias", shape[0]);
    }

    /** A tensor of this name and shape. */
    public void add(String name, long... shape) {
        shapes.put(name, shape);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shapes.keySet());
    }

    @Override
    public long[] shape(String name) {
        return shapes.get(name).clone();
    }

    /** Matrices and convolutions that keep the size of what they multiply, norms near 1, all else near 0. */
    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        long[] shape = shapes.get(name);
        boolean norm = shape.length == 1 && name.endsWith(".weight"); // no other weight has one dimension
        float scale = scale(shape);
        for (int i = 0; i < count; i++) {
            destination[offset + i] = (norm ? 1 : 0) + scale * uniform(name.hashCode(), first + i);
        }
    }

    private static float scale(long[] shape) {
        return switch (shape.length) {
            case 2 -> (float) (2 / Math.sqrt(shape[1])); // [outFeatures, inFeatures]
            case 4 ->
                (float) (2 / Math.sqrt(shape[1] * shape[2] * shape[3])); // [outChannels, inChannels, height, width]
            default -> 0.2f;
        };
    }

    /** From -1 to 1: SplitMix64 of the tensor and the place in it; Steele, Lea and Flood, OOPSLA 2014. */
    static float uniform(int tensor, long index) {
        long z = tensor * 0xD1342543DE82EF95L + index * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) >> 40) * 0x1p-23f;
    }

    @Override
    public String describe(String name) {
        return "random weights, tensor " + name;
    }

    @Override
    public void close() {}
}
