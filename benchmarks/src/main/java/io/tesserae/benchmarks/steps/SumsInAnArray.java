package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

import jdk.incubator.vector.FloatVector;

/**
 * Rejected: the tile as anybody would write it first, with its sums in an array and a loop over the rows. It reads well. But
 * an array's elements are references, so every sum becomes an object again after each multiply-add.
 */
final class SumsInAnArray implements ProductStep {

    private static final int ROWS = PackedTile.ROWS;

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final float[] x; // [rows, inFeatures]
    private final float[] packedX; // [rows / 12][inFeatures][12]
    private final float[] weight; // [columns / lanes][inFeatures][lanes]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    SumsInAnArray(ProductOperands operands) {
        this.operands = operands;
        rows = operands.coveredRows(ROWS);
        columns = operands.coveredColumns(TILE_COLUMNS);
        x = operands.coveredX(ROWS);
        packedX = new float[x.length];
        weight = operands.groupedWeight(LANES, 0);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[rows * columns];
    }

    @Override
    public void run() {
        PackedTile.pack(x, rows, operands.inFeatures(), ROWS, packedX);
        for (int column = 0; column < columns; column += TILE_COLUMNS) {
            for (int row = 0; row < rows; row += ROWS) {
                tile(row, column);
            }
        }
    }

    private void tile(int row, int column) {
        int inFeatures = operands.inFeatures();
        FloatVector[] sums = new FloatVector[2 * ROWS];
        for (int r = 0; r < ROWS; r++) {
            sums[2 * r] = FloatVector.fromArray(SPECIES, bias, column);
            sums[2 * r + 1] = FloatVector.fromArray(SPECIES, bias, column + LANES);
        }
        int i = row * inFeatures;
        int j = column * inFeatures;
        for (int k = 0; k < inFeatures; k++, i += ROWS, j += LANES) {
            FloatVector wa = FloatVector.fromArray(SPECIES, weight, j);
            FloatVector wb = FloatVector.fromArray(SPECIES, weight, j + LANES * inFeatures);
            for (int r = 0; r < ROWS; r++) {
                FloatVector activation = FloatVector.broadcast(SPECIES, packedX[i + r]);
                sums[2 * r] = activation.fma(wa, sums[2 * r]);
                sums[2 * r + 1] = activation.fma(wb, sums[2 * r + 1]);
            }
        }
        for (int r = 0; r < ROWS; r++) {
            sums[2 * r].intoArray(out, (row + r) * columns + column);
            sums[2 * r + 1].intoArray(out, (row + r) * columns + column + LANES);
        }
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
