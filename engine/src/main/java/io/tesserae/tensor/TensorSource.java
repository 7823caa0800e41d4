package io.tesserae.tensor;

import java.util.Set;

/**
 * Where weights come from: tensors by name, each with a shape, read as float32 whatever their stored type.
 *
 * <p>A source may be backed by a mapped file. Reading a closed source throws {@link IllegalStateException}. Sources are
 * thread-safe.
 */
public interface TensorSource extends AutoCloseable {

    /** The names of all tensors, in the order in which the source lists them. */
    Set<String> names();

    /**
     * The shape of a tensor, outermost dimension first; empty for a scalar. The returned array is the caller's own.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    long[] shape(String name);

    /**
     * How a tensor's values are stored, where that is less than float32; float32 for all others.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    default Precision precision(String name) {
        return Precision.FLOAT32;
    }

    /**
     * Whether a tensor's stored type has a float32 reading.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    default boolean readsAsFloat(String name) {
        return true;
    }

    /**
     * Reads a run of a tensor's elements, in row-major order, widened or narrowed to float32.
     *
     * @param first index of the first element to read, in elements
     * @param destination receives {@code count} values from {@code offset} on
     * @throws IllegalArgumentException if there is no tensor of this name, or its stored type has no float32 reading
     * @throws IndexOutOfBoundsException if the run is not inside the tensor, or not inside {@code destination}
     */
    void read(String name, long first, float[] destination, int offset, int count);

    /** Says where a tensor is stored, for error messages: a file's path, say. */
    String describe(String name);

    @Override
    void close();
}
