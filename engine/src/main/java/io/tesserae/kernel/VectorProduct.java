package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.PANEL_COLUMNS;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Matrix products by tiles.
 *
 * <p>The loops go, from the outside in: over weights of a tile's width of columns, which come from memory once and
 * stay in the second-level cache for all rows; over blocks of the depth, so that a tile's activations stay in the first-level
 * cache; over tiles of rows. Between two blocks of the depth the sums wait beside the matrix, a tile's width of rows one
 * after the other: storing a float32 and taking it up again changes no bit. In the result's own rows they would lie a multiple of 4 KB
 * apart where the result is 3,072 wide, and share one set of the first-level cache.
 *
 * <p>The epilogue takes a tile's width at a time, all rows. Tile by tile GELU cost 0.5 ns a value, because 24 vectors are over before the
 * processor has them all under way; a pass over everything costs 0.2.
 */
final class VectorProduct {

    /** Depth of a block: 12 rows of activations are then 36 KB, and two groups of columns 96 KB. */
    static final int DEPTH = 768;

    /** So few rows read their weights once, and need no part of them again. */
    private static final int ROWS_WITHOUT_BLOCKS = 4;

    /** Tiles of so many rows touch what comes next; see {@link VectorTile#touch}. */
    private static final int TOUCHING_ROWS = 12;

    /** Floats in a line of the caches, on all machines that matter. */
    private static final int CACHE_LINE = 16;

    private VectorProduct() {}

    /** {@link Kernels#packRows} of {@code columns} columns from {@code firstColumn} on, side by side within one block of them. */
    static void packRows(
            MatrixView matrix,
            int first,
            int firstColumn,
            int count,
            int tileRows,
            int columns,
            float[] packed,
            int packedOffset) {
        if (count < tileRows) {
            Arrays.fill(packed, packedOffset, packedOffset + tileRows * columns, 0f);
        }
        int from = matrix.at(first, firstColumn);
        VectorTranspose.transpose(matrix.data(), from, matrix.stride(), count, columns, packed, packedOffset, tileRows);
    }

    static void multiply(
            VectorKernels kernels, Product product, float[] packedRows, int column, int nextColumn, Scratch scratch) {
        PackedMatrix weight = product.weight();
        TileShape shape = product.tile();
        int touchingTiles = shape.fullTilesOver(product.rows()) - 1;
        int width = width(product, column);
        float[] sums = sums(product, scratch);
        int sumsOffset = sumsOffset(product, column);
        int most = product.rows() <= ROWS_WITHOUT_BLOCKS ? Integer.MAX_VALUE : DEPTH;
        for (int k = 0, depth; k < product.depth(); k += depth) {
            depth = Math.min(most, product.depth() - k);
            boolean last = k + depth == product.depth();
            int next = last
                    ? weight.groupOffset(nextColumn) + product.firstInFeature() * LANES
                    : weight.groupOffset(column) + (product.firstInFeature() + k + depth) * LANES;
            float[] widened = null; // this block of a weight of 16 bits, where a tile of activations needs float32
            for (int row = 0, rows, tile = 0; row < product.rows(); row += rows, tile++) {
                rows = shape.nextRows(product.rows() - row);
                if (shape.rows() == TOUCHING_ROWS) {
                    touchAhead(weight, next, depth, tile, touchingTiles, scratch.tile());
                }
                if (widened == null && weight.isHalf() && !isScaled(product, packedRows, row)) {
                    widened = widen(product, column, k, depth, packedRows, row, scratch);
                }
                setWeights(scratch.tile(), product, packedRows, row, column, k, depth, widened);
                multiplyTile(product, packedRows, row, rows, column, width, k, depth, sums, sumsOffset, scratch.tile());
            }
        }
        if (product.ends()) {
            finish(kernels, product, column, width, sums, sumsOffset);
        }
    }

    /** Columns that tiles have from here on: a tile's width, or less where the weight's panels, or those that are wanted, end. */
    private static int width(Product product, int column) {
        int panel = product.weight().panelColumns();
        int wanted = Math.ceilDiv(product.endColumn() - column, panel) * panel;
        return Math.min(product.tile().columns(), wanted);
    }

    /** Where the sums of a tile's width are: until all of the depth is done, or over at once. */
    private static float[] sums(Product product, Scratch scratch) {
        return product.isWhole() ? scratch.floats(Scratch.Use.SUMS_OF_TILES, sumsOfTiles(product)) : product.sums();
    }

    /** Where in that those from this column on begin: {@code [rows, columns of a tile]}. */
    private static int sumsOffset(Product product, int column) {
        return product.isWhole() ? 0 : column / product.tile().columns() * sumsOfTiles(product);
    }

    private static int sumsOfTiles(Product product) {
        return product.tile().coveredRows(product.rows()) * product.tile().columns();
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
        int at = from < size / 2 ? next + from : next + from - size / 2 + weight.groupStep();
        int step = Math.min(CACHE_LINE, Math.ceilDiv(share, Math.max(1, depth / 2)));
        boolean inside = tile > 0
                && tile <= touchingTiles
                && step > 0
                && at + Math.max(share, step * (depth / 2)) <= weight.data().length;
        vectorTile.touch(weight.data(), inside ? at : 0, inside ? step : 0);
        if (inside && tile == 1) {
            int second = next + weight.groupStep();
            vectorTile.touchPages(weight.data(), next, size / 2);
            vectorTile.touchPages(weight.data(), second, Math.min(size / 2, weight.data().length - second));
        }
    }

    /**
     * Where a tile finds its weights: where they are packed; but those of 16 bits where they have been widened, if the tile's
     * activations could not be scaled as {@link HalfCode} wants them.
     */
    private static void setWeights(
            VectorTile tile,
            Product product,
            float[] packedRows,
            int row,
            int column,
            int k,
            int depth,
            float[] widened) {
        PackedMatrix weight = product.weight();
        int within = (product.firstInFeature() + k) * LANES;
        int step = weight.groupStep();
        if (weight.precision() == Precision.INT8) {
            tile.rightBytes(weight.pairs(), weight.fourOffset(column) + within);
        } else if (!weight.isHalf()) {
            int group = weight.groupOffset(column) + within;
            tile.right(weight.data(), group, group + step);
        } else if (isScaled(product, packedRows, row)) {
            int pair = weight.pairOffset(column) + within;
            tile.rightHalves(weight.precision(), weight.pairs(), pair, pair + step);
        } else {
            tile.right(widened, 0, LANES * depth);
        }
    }

    /** Whether the activations of the tile that begins with this row have been multiplied by the weight's factor. */
    private static boolean isScaled(Product product, float[] packedRows, int row) {
        float factor = product.weight().factor();
        return factor == 1f || packedRows[product.factorAt(row)] == factor;
    }

    /**
     * A tile's width of a weight of 16 bits as float32, group after group, {@code [depth][lanes]} each, for the activations of the
     * tile that begins with this row: divided by the factor by which those have been multiplied.
     */
    private static float[] widen(
            Product product, int column, int k, int depth, float[] packedRows, int row, Scratch scratch) {
        PackedMatrix weight = product.weight();
        float[] widened = scratch.floats(Scratch.Use.WIDENED, product.tile().columns() * depth);
        float factor = isScaled(product, packedRows, row) ? 1f : weight.factor();
        for (int pair = 0; pair < width(product, column) / PANEL_COLUMNS; pair++) {
            int from = weight.pairOffset(column + pair * PANEL_COLUMNS) + (product.firstInFeature() + k) * LANES;
            int to = pair * PANEL_COLUMNS * depth;
            for (int i = 0; i < depth * LANES; i++) {
                int codes = weight.pairs()[from + i];
                widened[to + i] = HalfCode.decode(weight.precision(), codes) * factor;
                widened[to + depth * LANES + i] = HalfCode.decode(weight.precision(), codes >>> 16) * factor;
            }
        }
        return widened;
    }

    /** Adds one block of the depth to one tile's sums, {@code [rows, columns of a tile]}. */
    private static void multiplyTile(
            Product product,
            float[] packedRows,
            int row,
            int rows,
            int column,
            int width,
            int k,
            int depth,
            float[] sums,
            int sumsOffset,
            VectorTile tile) {
        int columns = product.tile().columns();
        int at = sumsOffset + row * columns;
        tile.left(depth, packedRows, row * product.depth() + k * rows, rows);
        if (k == 0 && product.begins()) {
            boolean scaled = product.weight().scales() != null; // then the bias comes last
            if (scaled) {
                tile.start(VectorKernels.ZEROS, 0, 0, 0);
            } else {
                tile.start(product.bias(), column, column + LANES, 0);
            }
        } else {
            tile.start(sums, at, at + LANES, columns);
        }
        tile.result(sums, at, at + LANES, columns).compute(rows, width / LANES);
    }

    /** The epilogue of a tile's width, from its sums {@code [rows, columns of a tile]} to the matrix; idle rows and columns stay behind. */
    private static void finish(
            VectorKernels kernels, Product product, int column, int width, float[] sums, int sumsOffset) {
        int rows = product.rows();
        int stride = product.tile().columns();
        if (product.weight().scales() != null) {
            scaleSums(product, column, width, sums, sumsOffset);
        }
        if (product.epilogue() instanceof Epilogue.Activate(Activation activation)) {
            boolean asOneRow = width == stride;
            kernels.activate(
                    activation, sums, sumsOffset, asOneRow ? 1 : rows, asOneRow ? rows * stride : width, stride);
        }
        MatrixView out = product.out();
        int columns = Math.min(width, product.endColumn() - column);
        for (int c = 0, count; c < columns; c += count) {
            count = Math.min(columns - c, out.columnsInBlockFrom(column + c));
            finish(product, column + c, count, sums, sumsOffset + c);
        }
    }

    /** {@code sum = fma(scale, sum, bias)}, a column's scale and bias: of weights of 8 bits. */
    private static void scaleSums(Product product, int column, int width, float[] sums, int sumsOffset) {
        float[] scales = product.weight().scales();
        float[] bias = product.bias();
        int stride = product.tile().columns();
        for (int c = 0; c < width; c += LANES) {
            FloatVector scale = FloatVector.fromArray(SPECIES, scales, column + c);
            FloatVector start = FloatVector.fromArray(SPECIES, bias, column + c);
            for (int row = 0, i = sumsOffset + c; row < product.rows(); row++, i += stride) {
                FloatVector.fromArray(SPECIES, sums, i).fma(scale, start).intoArray(sums, i);
            }
        }
    }

    /** The same of columns that lie side by side in the result. What kind of epilogue it is, is asked once, and not for every row. */
    private static void finish(Product product, int column, int count, float[] sums, int sumsOffset) {
        int rows = product.rows();
        int stride = product.tile().columns();
        int outFeatures = product.weight().outFeatures();
        float[] out = product.out().data();
        int outStride = product.out().stride();
        int to = product.out().at(product.firstRow(), column);
        int at = product.firstRow() * outFeatures + column; // in the residual stream
        switch (product.epilogue()) {
            case Epilogue.AddResidual(float[] residual) -> {
                for (int row = 0; row < rows; row++) {
                    int from = sumsOffset + row * stride;
                    add(sums, from, residual, at + row * outFeatures, out, to + row * outStride, count);
                }
            }
            case Epilogue.ScaleAddResidual(float[] scale, float[] residual) -> {
                for (int row = 0; row < rows; row++) {
                    int from = sumsOffset + row * stride;
                    int residualAt = at + row * outFeatures;
                    scaleAndAdd(scale, column, sums, from, residual, residualAt, out, to + row * outStride, count);
                }
            }
            case Epilogue.None() -> copyRows(sums, sumsOffset, stride, rows, out, to, outStride, count);
            case Epilogue.Activate(Activation _) -> copyRows(sums, sumsOffset, stride, rows, out, to, outStride, count);
        }
    }

    private static void copyRows(
            float[] sums, int sumsOffset, int stride, int rows, float[] out, int to, int outStride, int count) {
        for (int row = 0; row < rows; row++) {
            copy(sums, sumsOffset + row * stride, out, to + row * outStride, count);
        }
    }

    /** {@code out[i] = sums[i]}. */
    private static void copy(float[] sums, int from, float[] out, int to, int columns) {
        int i = 0;
        for (; i < SPECIES.loopBound(columns); i += LANES) {
            FloatVector.fromArray(SPECIES, sums, from + i).intoArray(out, to + i);
        }
        for (; i < columns; i++) {
            out[to + i] = sums[from + i];
        }
    }

    /** {@code out[i] = sums[i] + residual[i]}. */
    private static void add(
            float[] sums, int from, float[] residual, int residualAt, float[] out, int to, int columns) {
        int i = 0;
        for (; i < SPECIES.loopBound(columns); i += LANES) {
            FloatVector.fromArray(SPECIES, sums, from + i)
                    .add(FloatVector.fromArray(SPECIES, residual, residualAt + i))
                    .intoArray(out, to + i);
        }
        for (; i < columns; i++) {
            out[to + i] = sums[from + i] + residual[residualAt + i];
        }
    }

    /** {@code out[i] = fma(scale[i], sums[i], residual[i])}: layer scale and the residual stream. */
    private static void scaleAndAdd(
            float[] scale,
            int column,
            float[] sums,
            int from,
            float[] residual,
            int residualAt,
            float[] out,
            int to,
            int columns) {
        int i = 0;
        for (; i < SPECIES.loopBound(columns); i += LANES) {
            FloatVector.fromArray(SPECIES, scale, column + i)
                    .fma(
                            FloatVector.fromArray(SPECIES, sums, from + i),
                            FloatVector.fromArray(SPECIES, residual, residualAt + i))
                    .intoArray(out, to + i);
        }
        for (; i < columns; i++) {
            out[to + i] = Math.fma(scale[column + i], sums[from + i], residual[residualAt + i]);
        }
    }
}
