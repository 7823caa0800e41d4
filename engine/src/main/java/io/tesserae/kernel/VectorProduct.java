package io.tesserae.kernel;

import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.TILE;

/**
 * Matrix products by tiles.
 *
 * <p>The loops go, from the outside in: over tiles of columns, so that a panel of weights comes from memory once and stays
 * in the second-level cache for all rows; over blocks of the depth, so that a tile's activations stay in the first-level
 * cache; over tiles of rows. Between two blocks of the depth the sums wait in the result: storing a float32 and taking it
 * up again changes no bit.
 */
final class VectorProduct {

    /** Depth of a block: 12 rows of activations are then 36 KB, and two groups of columns 96 KB. */
    private static final int DEPTH = Integer.getInteger("depth", 768);

    private VectorProduct() {}

    static void packRows(
            MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset) {
        float[] data = matrix.data();
        for (int row = 0; row < tileRows; row++) {
            int to = packedOffset + row;
            if (row >= count) {
                for (int k = 0; k < columns; k++) {
                    packed[to + k * tileRows] = 0f;
                }
                continue;
            }
            int from = matrix.row(first + row);
            for (int k = 0; k < columns; k++) {
                packed[to + k * tileRows] = data[from + k];
            }
        }
    }

    static void multiply(
            VectorKernels kernels,
            Product product,
            int rowFrom,
            int rowTo,
            int columnFrom,
            int columnTo,
            Scratch scratch) {
        int inFeatures = product.weight().inFeatures();
        for (int column = columnFrom; column < columnTo; column += TILE.columns()) {
            for (int k = 0; k < inFeatures; k += DEPTH) {
                int depth = Math.min(DEPTH, inFeatures - k);
                for (int row = rowFrom, rows; row < rowTo; row += rows) {
                    rows = TILE.nextRows(product.rows() - row);
                    multiplyTile(product, row, rows, column, k, depth, scratch);
                    if (k + depth == inFeatures) {
                        finish(kernels, product, row, Math.min(rows, product.rows() - row), column);
                    }
                }
            }
        }
    }

    /** Adds one block of the depth to one tile's sums. */
    private static void multiplyTile(
            Product product, int row, int rows, int column, int k, int depth, Scratch scratch) {
        PackedMatrix weight = product.weight();
        int inFeatures = weight.inFeatures();
        int outFeatures = weight.outFeatures();
        VectorTile tile = scratch.tile();
        tile.left(depth, product.packedRows(), row * inFeatures + k * rows);
        int group = weight.groupOffset(column) + k * LANES;
        tile.right(weight.data(), group, group + LANES * inFeatures);
        int at = row * outFeatures + column;
        boolean overhangs = column + TILE.columns() > outFeatures || row + rows > product.rows();
        if (k == 0) {
            tile.start(product.bias(), column, column + LANES, 0);
        } else if (!overhangs) {
            tile.start(product.out(), at, at + LANES, outFeatures);
        }
        if (!overhangs) {
            tile.result(product.out(), at, at + LANES, outFeatures).compute(rows);
            return;
        }
        // The tile is computed whole beside the matrix; what belongs to the matrix is copied.
        float[] whole = scratch.floats(Scratch.Use.TILE, TILE.rows() * TILE.columns());
        int validRows = Math.min(rows, product.rows() - row);
        int validColumns = Math.min(TILE.columns(), outFeatures - column);
        if (k > 0) {
            copyRows(product.out(), at, outFeatures, whole, 0, TILE.columns(), validRows, validColumns);
            tile.start(whole, 0, LANES, TILE.columns());
        }
        tile.result(whole, 0, LANES, TILE.columns()).compute(rows);
        copyRows(whole, 0, TILE.columns(), product.out(), at, outFeatures, validRows, validColumns);
    }

    private static void copyRows(
            float[] from,
            int fromOffset,
            int fromStride,
            float[] to,
            int toOffset,
            int toStride,
            int rows,
            int columns) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(from, fromOffset + row * fromStride, to, toOffset + row * toStride, columns);
        }
    }

    /** The epilogue of one tile, while it is in the first-level cache. */
    private static void finish(VectorKernels kernels, Product product, int row, int rows, int column) {
        int stride = product.weight().outFeatures();
        int columns = Math.min(TILE.columns(), stride - column);
        int at = row * stride + column;
        switch (product.epilogue()) {
            case Epilogue.None() -> {}
            case Epilogue.Activate(Activation activation) ->
                kernels.activate(activation, product.out(), at, rows, columns, stride);
            case Epilogue.AddResidual(float[] residual) -> {
                for (int start = at; start < at + rows * stride; start += stride) {
                    // 1 · residual + sum rounds once, as the plain sum does
                    kernels.addScaled(1f, residual, start, product.out(), start, columns);
                }
            }
        }
    }
}
