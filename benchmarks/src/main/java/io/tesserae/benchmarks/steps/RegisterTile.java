package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

import jdk.incubator.vector.FloatVector;

/**
 * Step 4: a tile of four rows by two vectors in registers. Every vector of weights that is loaded serves four rows, every activation
 * two vectors, and eight chains are under way at a time: two units times four cycles.
 */
final class RegisterTile implements ProductStep {

    private static final int ROWS = 4;

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final float[] x; // [rows, inFeatures]
    private final float[] weight; // [inFeatures, columns]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    RegisterTile(ProductOperands operands) {
        this.operands = operands;
        rows = operands.coveredRows(ROWS);
        columns = operands.coveredColumns(TILE_COLUMNS);
        x = operands.coveredX(ROWS);
        weight = operands.transposedWeight(TILE_COLUMNS);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[rows * columns];
    }

    @Override
    public void run() {
        for (int row = 0; row < rows; row += ROWS) {
            for (int column = 0; column < columns; column += TILE_COLUMNS) {
                tile(row, column);
            }
        }
    }

    private void tile(int row, int column) {
        final float[] x = this.x;
        final float[] weight = this.weight;
        int inFeatures = operands.inFeatures();
        int columns = this.columns;
        FloatVector sum0a = FloatVector.fromArray(SPECIES, bias, column);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, bias, column + LANES);
        FloatVector sum1a = sum0a;
        FloatVector sum1b = sum0b;
        FloatVector sum2a = sum0a;
        FloatVector sum2b = sum0b;
        FloatVector sum3a = sum0a;
        FloatVector sum3b = sum0b;
        int i = row * inFeatures;
        int end = i + inFeatures;
        for (int j = column; i < end; i++, j += columns) {
            FloatVector wa = FloatVector.fromArray(SPECIES, weight, j);
            FloatVector wb = FloatVector.fromArray(SPECIES, weight, j + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[i]);
            sum0a = x0.fma(wa, sum0a);
            sum0b = x0.fma(wb, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[i + inFeatures]);
            sum1a = x1.fma(wa, sum1a);
            sum1b = x1.fma(wb, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[i + 2 * inFeatures]);
            sum2a = x2.fma(wa, sum2a);
            sum2b = x2.fma(wb, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[i + 3 * inFeatures]);
            sum3a = x3.fma(wa, sum3a);
            sum3b = x3.fma(wb, sum3b);
        }
        int at = row * columns + column;
        sum0a.intoArray(out, at);
        sum0b.intoArray(out, at + LANES);
        sum1a.intoArray(out, at + columns);
        sum1b.intoArray(out, at + columns + LANES);
        sum2a.intoArray(out, at + 2 * columns);
        sum2b.intoArray(out, at + 2 * columns + LANES);
        sum3a.intoArray(out, at + 3 * columns);
        sum3b.intoArray(out, at + 3 * columns + LANES);
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
