package io.tesserae.kernel;

/**
 * A matrix inside an array, in blocks of columns that are row-major each: row r, column c stands at
 * {@code offset + c / blockColumns · blockStride + r · stride + c % blockColumns}. A plain row-major matrix is one block.
 *
 * @param data holds the matrix, and perhaps others beside it
 * @param offset where the first row begins
 * @param stride from one row to the next within a block
 * @param blockColumns columns of a block
 * @param blockStride from one block to the next
 */
public record MatrixView(float[] data, int offset, int stride, int blockColumns, int blockStride) {

    /** A row-major matrix. */
    public MatrixView(float[] data, int offset, int stride) {
        this(data, offset, stride, Integer.MAX_VALUE, 0);
    }

    /** Where a row begins. */
    int row(int row) {
        return offset + row * stride;
    }

    /** Where an element stands. */
    int at(int row, int column) {
        return row(row) + column / blockColumns * blockStride + column % blockColumns;
    }

    /** How many columns stand side by side from this one on, up to its block's end. */
    int columnsInBlockFrom(int column) {
        return blockColumns - column % blockColumns;
    }

    /** The block that this column belongs to, from the column on. */
    MatrixView from(int column) {
        return column == 0 ? this : new MatrixView(data, at(0, column), stride);
    }
}
