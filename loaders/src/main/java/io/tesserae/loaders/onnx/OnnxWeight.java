package io.tesserae.loaders.onnx;

import io.tesserae.loaders.safetensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A weight of the state dict, and where it is.
 *
 * @param initializer its numbers
 * @param transposed whether the rows of the weight are the columns of the initializer
 */
record OnnxWeight(Initializer initializer, boolean transposed) {

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    /** Its own shape: of an initializer of {@code [in, out]} that is transposed, {@code [out, in]}. */
    long[] shape() {
        long[] shape = initializer.shape().clone();
        if (transposed) {
            shape[0] = initializer.shape()[1];
            shape[1] = initializer.shape()[0];
        }
        return shape;
    }

    DType dtype() {
        return initializer.type().dtype().orElse(DType.U8);
    }

    /** Reads a run of elements, counted in the order of {@link #shape()}. */
    void read(long first, float[] destination, int offset, int count) {
        if (transposed) {
            initializer
                    .data()
                    .readScattered(
                            (source, begin, floats, next, length) ->
                                    readTurned(source.asSlice(begin), first, floats, next, length),
                            destination,
                            offset,
                            count);
        } else {
            initializer.data().readFloats(first * size(), size(), this::readRun, destination, offset, count);
        }
    }

    private int size() {
        return initializer.type() == ElementType.FLOAT ? Float.BYTES : Short.BYTES;
    }

    private void readTurned(MemorySegment data, long first, float[] destination, int offset, int count) {
        long columns = initializer.shape()[0];
        long step = initializer.shape()[1];
        int done = 0;
        // What is before the first whole row, whole rows, and what is after the last one.
        while (done < count) {
            long row = (first + done) / columns;
            long column = (first + done) % columns;
            if (column == 0 && count - done >= columns) {
                int rows = (int) ((count - done) / columns);
                readRows(data, row, rows, destination, offset + done);
                done += rows * (int) columns;
            } else {
                int length = (int) Math.min(columns - column, count - done);
                for (int i = 0; i < length; i++) {
                    destination[offset + done + i] = element(data, (column + i) * step + row);
                }
                done += length;
            }
        }
    }

    /** Column by column of what is stored is row by row of the file: each piece of it is read once. */
    private void readRows(MemorySegment data, long row, int rows, float[] destination, int offset) {
        int columns = (int) initializer.shape()[0];
        long step = initializer.shape()[1];
        for (int column = 0; column < columns; column++) {
            long stored = column * step + row;
            for (int i = 0; i < rows; i++) {
                destination[offset + i * columns + column] = element(data, stored + i);
            }
        }
    }

    private float element(MemorySegment data, long index) {
        return switch (initializer.type()) {
            case FLOAT -> data.get(FLOAT, index * Float.BYTES);
            case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
            default -> Float.intBitsToFloat(data.get(SHORT, index * Short.BYTES) << Short.SIZE);
        };
    }

    private void readRun(MemorySegment source, long position, float[] destination, int offset, int count) {
        if (initializer.type() == ElementType.FLOAT) {
            MemorySegment.copy(source, FLOAT, position, destination, offset, count);
            return;
        }
        MemorySegment data = source.asSlice(position);
        for (int i = 0; i < count; i++) {
            destination[offset + i] = element(data, i);
        }
    }
}
