package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

/**
 * Step 8: the same tile, in an order of loops that suits the caches. Panels of the weight, a tile's width of columns, are
 * outermost, so each comes from memory once. The depth is cut into blocks, so that a tile's activations fit the first-level
 * cache and a block of the panel stays in the second for all rows. Between two blocks the sums wait in the result, which
 * changes no bit.
 */
final class CacheBlocks implements ProductStep {

    /** 12 rows of activations are then 36 KB, and two groups of columns 96 KB. */
    private static final int DEPTH = 768;

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final int firstGroup;
    private final float[] x; // [rows, inFeatures]
    private final float[] packedX; // [rows / 12][inFeatures][12]
    private final float[] weight; // [columns / lanes][inFeatures][lanes], from firstGroup on
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    CacheBlocks(ProductOperands operands) {
        this(operands, 0);
    }

    /** With the weight beginning somewhere into its array. */
    CacheBlocks(ProductOperands operands, int firstGroup) {
        this.operands = operands;
        this.firstGroup = firstGroup;
        rows = operands.coveredRows(PackedTile.ROWS);
        columns = operands.coveredColumns(TILE_COLUMNS);
        x = operands.coveredX(PackedTile.ROWS);
        packedX = new float[x.length];
        weight = operands.groupedWeight(LANES, firstGroup);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[rows * columns];
    }

    @Override
    public void run() {
        int inFeatures = operands.inFeatures();
        PackedTile.pack(x, rows, inFeatures, PackedTile.ROWS, packedX);
        PackedTile.begin(bias, rows, columns, out);
        for (int column = 0; column < columns; column += TILE_COLUMNS) {
            for (int k = 0; k < inFeatures; k += DEPTH) {
                int depth = Math.min(DEPTH, inFeatures - k);
                int group = firstGroup + column * inFeatures + k * LANES;
                for (int row = 0; row < rows; row += PackedTile.ROWS) {
                    int i = row * inFeatures + k * PackedTile.ROWS;
                    int at = row * columns + column;
                    PackedTile.add(depth, packedX, i, weight, group, group + LANES * inFeatures, out, at, columns);
                }
            }
        }
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
