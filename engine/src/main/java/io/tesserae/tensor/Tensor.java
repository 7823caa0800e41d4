package io.tesserae.tensor;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A dense, row-major float32 tensor: an array and the shape it is read with.
 *
 * <p>A tensor does not copy the array it is given, nor does {@link #data()} copy: whoever hands an array over stops
 * writing to it. The array may be longer than the shape needs (scratch memory is); only the first {@link #size()} values
 * belong to the tensor.
 */
public final class Tensor {

    private final float[] data;
    private final int[] shape;
    private final int size;

    private Tensor(float[] data, int[] shape, int size) {
        this.data = data;
        this.shape = shape;
        this.size = size;
    }

    /**
     * Views an array as a tensor.
     *
     * @param data at least as long as the product of {@code shape}
     * @param shape outermost dimension first, every dimension zero or more
     * @throws IllegalArgumentException if a dimension is negative, the product exceeds an array's limit or {@code data} is
     *     too short
     */
    public static Tensor of(float[] data, int... shape) {
        Arguments.require(data, "data");
        int size = elementCount(shape);
        requireLength(data, shape, size);
        return new Tensor(data, shape.clone(), size);
    }

    /**
     * Views an array as a matrix.
     *
     * @param data at least as long as {@code rows · columns}
     * @throws IllegalArgumentException as {@link #of(float[], int...)}
     */
    public static Tensor of(float[] data, int rows, int columns) {
        Arguments.require(data, "data");
        int[] shape = {rows, columns};
        int size = elementCount(shape);
        requireLength(data, shape, size);
        return new Tensor(data, shape, size);
    }

    private static void requireLength(float[] data, int[] shape, int size) {
        if (data.length < size) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " needs " + size
                    + " values, but the array holds " + data.length);
        }
    }

    /** A new tensor of zeros. */
    public static Tensor zeros(int... shape) {
        return new Tensor(new float[elementCount(shape)], shape.clone(), elementCount(shape));
    }

    /**
     * The number of elements of a shape.
     *
     * @throws IllegalArgumentException if a dimension is negative or the count exceeds what one Java array holds
     */
    public static int elementCount(int... shape) {
        Arguments.require(shape, "shape");
        long count = 1;
        for (int dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension in shape " + Arrays.toString(shape));
            }
            count *= dimension;
            if (count > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(shape) + " has more elements than a Java array can hold");
            }
        }
        return (int) count;
    }

    /** The values, row-major; not a copy, and possibly longer than {@link #size()}. */
    public float[] data() {
        return data;
    }

    /** The dimensions, outermost first; a copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /**
     * One dimension.
     *
     * @param axis counted from the front, or from the back where negative: {@code -1} is the innermost
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public int dimension(int axis) {
        return shape[Objects.checkIndex(axis < 0 ? axis + shape.length : axis, shape.length)];
    }

    /** The number of elements: the product of the dimensions. */
    public int size() {
        return size;
    }

    /** Whether all values are finite: none is NaN, none infinite. */
    public boolean isFinite() {
        return areFinite(data, 0, size);
    }

    /** Without a branch, so that the JIT makes vectors of the loop; {@code Math.max} loses no NaN. */
    static boolean areFinite(float[] values, int from, int to) {
        float largest = 0f;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest <= Float.MAX_VALUE;
    }

    /** The element at an index, one coordinate per dimension. For tests and small results; kernels read {@link #data()}. */
    public float get(int... index) {
        Arguments.require(index, "index");
        if (index.length != shape.length) {
            throw new IllegalArgumentException(
                    index.length + " coordinates for a tensor of rank " + shape.length + " " + this);
        }
        int flat = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            flat = flat * shape[axis] + Objects.checkIndex(index[axis], shape[axis]);
        }
        return data[flat];
    }

    /** The same values with another shape of the same size; not a copy. */
    public Tensor reshape(int... newShape) {
        if (elementCount(newShape) != size) {
            throw new IllegalArgumentException("cannot view " + this + " as " + Arrays.toString(newShape));
        }
        return new Tensor(data, newShape.clone(), size);
    }

    /** A new array with exactly the tensor's values. */
    public float[] toArray() {
        return Arrays.copyOf(data, size);
    }

    /** A tensor of the same shape and values with an array of its own. */
    public Tensor copy() {
        return new Tensor(toArray(), shape, size);
    }

    /** The shape in words, as {@code Tensor[3, 768]}; values are not printed. */
    @Override
    public String toString() {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", ", "Tensor[", "]"));
    }
}
