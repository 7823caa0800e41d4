package io.tesserae.loaders.torch;

import io.tesserae.loaders.bytes.FileRun;
import io.tesserae.loaders.safetensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Elements of a storage, found by strides.
 *
 * @param dtype what they are
 * @param storage all its bytes, little-endian
 * @param offset of the first element, in elements
 * @param shape outermost dimension first
 * @param strides from one to the next along each dimension, in elements, 0 or more; none leads out of the storage
 */
record StridedTensor(DType dtype, FileRun storage, long offset, long[] shape, long[] strides) {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** How many there are; it fits, or the tensor would not be here. */
    long count() {
        long count = 1;
        for (long dimension : shape) {
            count *= dimension;
        }
        return count;
    }

    private boolean isContiguous() {
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != stride) {
                return false;
            }
            stride *= shape[i];
        }
        return true;
    }

    private int size() {
        return dtype.bits() / Byte.SIZE;
    }

    /** Elements in row-major order; the run is inside the tensor. */
    void read(long first, float[] destination, int at, int count) {
        if (isContiguous()) {
            storage.readFloats((offset + first) * size(), size(), this::readRun, destination, at, count);
            return;
        }
        storage.readScattered(
                (source, begin, floats, next, length) -> {
                    for (int i = 0; i < length; i++) {
                        floats[next + i] = element(source, begin + place(first + i) * size());
                    }
                },
                destination,
                at,
                count);
    }

    private void readRun(MemorySegment source, long position, float[] destination, int at, int count) {
        if (dtype == DType.F32) {
            MemorySegment.copy(source, FLOAT, position, destination, at, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            destination[at + i] = element(source, position + (long) i * size());
        }
    }

    private long place(long index) {
        long place = offset;
        long rest = index;
        for (int i = shape.length - 1; i >= 0; i--) {
            place += rest % shape[i] * strides[i];
            rest /= shape[i];
        }
        return place;
    }

    private float element(MemorySegment source, long position) {
        return switch (dtype) {
            case F32 -> source.get(FLOAT, position);
            case F16 -> Float.float16ToFloat(source.get(SHORT, position));
            case BF16 -> Float.intBitsToFloat(source.get(SHORT, position) << Short.SIZE);
            case F64 -> (float) source.get(DOUBLE, position);
            default -> throw new IllegalStateException(dtype.name());
        };
    }

    /** As {@code F32 [2, 768]}. */
    @Override
    public String toString() {
        return dtype + " " + Arrays.toString(shape);
    }
}
