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
     * The least precision that holds all values a tensor's stored type has, where that is less than float32; float32 for all others.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    default Precision precision(String name) {
        return Precision.FLOAT32;
    }

    /**
     * What the whole numbers of a row are multiplied by, of a matrix that is stored as {@link Precision#INT8}; NaN of any other.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    default float rowScale(String name, int row) {
        return Float.NaN;
    }

    /**
     * Checks that a tensor can be a weight: that its elements are floating-point numbers, and of a type that is read as float32.
     *
     * @throws RuntimeException if it cannot, with a message that names the tensor, its type and the types that can
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    default void requireFloatingPoint(String name) {}

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
