package io.tesserae.kernel;

/**
 * A matrix inside an array: row r, column c stands at {@code offset + r · stride + c}.
 *
 * @param data holds the matrix, and perhaps others beside it
 * @param offset where the first row begins
 * @param stride from one row to the next
 */
public record MatrixView(float[] data, int offset, int stride) {

    /** Where a row begins. */
    int row(int row) {
        return offset + row * stride;
    }
}
