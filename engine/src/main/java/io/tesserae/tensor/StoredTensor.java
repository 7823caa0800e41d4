package io.tesserae.tensor;

import java.util.Arrays;

/**
 * A weight where it is stored, as rows. Whatever is read of it is finite: a value that is not would make all answers NaN in silence.
 *
 * @param source where
 * @param name under which name there
 * @param columns length of a row: everything below the outermost dimension
 * @param columnStep elements from one column of a row to the next: 1; of a matrix that is stored the other way round, so many as it
 *     has rows
 * @param staysReadable whether it can still be read when the model has been loaded
 */
public record StoredTensor(TensorSource source, String name, int columns, int columnStep, boolean staysReadable) {

    /** How its values are stored. */
    public Precision precision() {
        return source.precision(name);
    }

    /** What the whole numbers of a row are multiplied by, if it is stored as {@link Precision#INT8}; else NaN. */
    public float rowScale(int row) {
        return isTransposed() ? Float.NaN : source.rowScale(name, row);
    }

    /**
     * Reads neighbouring rows, as float32.
     *
     * @throws WeightException if a value is NaN or infinite, or too large for float32
     */
    public void readRows(int first, int count, float[] destination, int offset) {
        if (!isTransposed()) {
            read((long) first * columns, destination, offset, count * columns);
            return;
        }
        float[] column = new float[count];
        for (int c = 0; c < columns; c++) {
            read((long) c * columnStep + first, column, 0, count);
            for (int row = 0; row < count; row++) {
                destination[offset + row * columns + c] = column[row];
            }
        }
    }

    /** Whether it is a matrix that is stored by columns: then {@link #readColumns} is what reads much of it at a time. */
    public boolean isTransposed() {
        return columnStep > 1;
    }

    private void read(long first, float[] destination, int offset, int count) {
        source.read(name, first, destination, offset, count);
        if (!Tensor.areFinite(destination, offset, offset + count)) {
            throw notFinite(first, destination, offset);
        }
    }

    private WeightException notFinite(long first, float[] values, int offset) {
        int at = offset;
        while (Float.isFinite(values[at])) {
            at++;
        }
        return new WeightException(source.describe(name) + ": element "
                + Arrays.toString(index(first + at - offset)) + ": expected a finite float32, found " + values[at]
                + "; the file is damaged, or its training failed: take another checkpoint of this model");
    }

    /** The coordinates of an element, counted row-major. */
    private long[] index(long element) {
        long[] index = source.shape(name);
        long rest = element;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            long dimension = index[axis];
            index[axis] = rest % dimension;
            rest /= dimension;
        }
        return index;
    }

    /**
     * Reads neighbouring rows, each value rounded to a precision.
     *
     * @throws WeightException if a value is not finite, or its magnitude too large for the precision
     */
    public void readRows(Precision rounded, int first, int count, float[] destination, int offset) {
        readRows(first, count, destination, offset);
        round(rounded, destination, offset, count * columns);
    }

    /**
     * Reads neighbouring columns of a matrix that {@link #isTransposed() is stored by columns}, each value rounded to a precision:
     * {@code [count, rows]}.
     *
     * @throws WeightException if a value is not finite, or its magnitude too large for the precision
     */
    public void readColumns(Precision rounded, int first, int count, float[] destination) {
        int values = count * columnStep;
        read((long) first * columnStep, destination, 0, values);
        round(rounded, destination, 0, values);
    }

    private void round(Precision rounded, float[] destination, int offset, int count) {
        if (rounded == Precision.FLOAT32 || rounded == precision()) {
            return;
        }
        for (int i = offset; i < offset + count; i++) {
            float value = rounded.round(destination[i]);
            if (Float.isInfinite(value)) {
                throw new WeightException(source.describe(name) + ": " + destination[i] + " is too large for "
                        + rounded + "; keep the weights as they are stored"
                        + (rounded == Precision.FLOAT16 ? ", or as " + Precision.BFLOAT16 : ""));
            }
            destination[i] = value;
        }
    }
}
