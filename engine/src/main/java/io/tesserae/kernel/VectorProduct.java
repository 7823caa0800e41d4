package io.tesserae.kernel;

import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.TILE;

/**
 * Matrix products by tiles.
 *
 * <p>The loops go, from the outside in: over panels of weights, a tile's width of columns, which come from memory once and
 * stay in the second-level cache for all rows; over blocks of the depth, so that a tile's activations stay in the first-level
 * cache; over tiles of rows. Between two blocks of the depth the sums wait in the result: storing a float32 and taking it
 * up again changes no bit.
 */
final class VectorProduct {

    /** Depth of a block: 12 rows of activations are then 36 KB, and two groups of columns 96 KB. */
    private static final int DEPTH = 768;

    /**
     * Depth where a block of weights is read for many rows: 48 KB of weights, the size of the first-level cache. With 1,024 rows
     * all products of a DistilBERT take 5 % less time than with a depth of 768 (280 to 284 ms, not 293 to 299, with two threads), with
     * 128 rows 2 % more.
     */
    private static final int DEPTH_FOR_MANY_ROWS = 384;

    /** More than this many rows are many. */
    private static final int FEW_ROWS = 128;

    /** Floats in a line of the caches, on all machines that matter. */
    private static final int CACHE_LINE = 16;

    private VectorProduct() {}

    static void packRows(
            MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset) {
        int row = 0;
        for (; row + 4 <= count; row += 4) {
            packFourRows(matrix, first + row, tileRows, columns, packed, packedOffset + row);
        }
        for (; row < tileRows; row++) {
            int from = row < count ? matrix.row(first + row) : 0;
            for (int k = 0, to = packedOffset + row; k < columns; k++, to += tileRows) {
                packed[to] = row < count ? matrix.data()[from + k] : 0f;
            }
        }
    }

    /** Four rows at a time: four sequential reads, and writes that fill a cache line in few passes. */
    private static void packFourRows(
            MatrixView matrix, int first, int tileRows, int columns, float[] packed, int packedOffset) {
        float[] data = matrix.data();
        int from0 = matrix.row(first);
        int from1 = matrix.row(first + 1);
        int from2 = matrix.row(first + 2);
        int from3 = matrix.row(first + 3);
        for (int k = 0, to = packedOffset; k < columns; k++, to += tileRows) {
            packed[to] = data[from0 + k];
            packed[to + 1] = data[from1 + k];
            packed[to + 2] = data[from2 + k];
            packed[to + 3] = data[from3 + k];
        }
    }

    static void multiply(VectorKernels kernels, Product product, int column, int nextColumn, Scratch scratch) {
        PackedMatrix weight = product.weight();
        int inFeatures = weight.inFeatures();
        int touchingTiles = TILE.fullTilesOver(product.rows()) - 1;
        int blockDepth = product.rows() > FEW_ROWS ? DEPTH_FOR_MANY_ROWS : DEPTH;
        for (int k = 0; k < inFeatures; k += blockDepth) {
            int depth = Math.min(blockDepth, inFeatures - k);
            boolean last = k + depth == inFeatures;
            int next = last ? weight.groupOffset(nextColumn) : weight.groupOffset(column) + (k + depth) * LANES;
            for (int row = 0, rows, tile = 0; row < product.rows(); row += rows, tile++) {
                rows = TILE.nextRows(product.rows() - row);
                touchAhead(weight, next, depth, tile, touchingTiles, scratch.tile());
                multiplyTile(product, row, rows, column, k, depth, scratch);
                if (last) {
                    finish(kernels, product, row, Math.min(rows, product.rows() - row), column);
                }
            }
        }
    }

    /**
     * Lets a tile bring its share of the next block of weights into the cache: two runs, one per group of columns. The
     * first tile of a block has none, for it is busy waiting for its own weights; nor has a tile that is not full.
     */
    private static void touchAhead(
            PackedMatrix weight, int next, int depth, int tile, int touchingTiles, VectorTile vectorTile) {
        int size = 2 * depth * LANES;
        int share = touchingTiles < 1 ? 0 : Math.ceilDiv(size, touchingTiles);
        int from = (tile - 1) * share;
        // The second group's run begins one group after the first; a share that lies across both stays in the first.
        int at = from < size / 2 ? next + from : next + from - size / 2 + weight.inFeatures() * LANES;
        int step = Math.min(CACHE_LINE, Math.ceilDiv(share, Math.max(1, depth / 2)));
        boolean inside = tile > 0
                && tile <= touchingTiles
                && step > 0
                && at + Math.max(share, step * (depth / 2)) <= weight.data().length;
        vectorTile.touch(weight.data(), inside ? at : 0, inside ? share : 0, inside ? step : 0);
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
        int at = (product.firstRow() + row) * outFeatures + column;
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
        int at = (product.firstRow() + row) * stride + column;
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
            case Epilogue.ScaleAddResidual(float[] scale, float[] residual) -> {
                for (int start = at; start < at + rows * stride; start += stride) {
                    VectorKernels.scaleAndAdd(scale, column, residual, start, product.out(), start, columns);
                }
            }
        }
    }
}
