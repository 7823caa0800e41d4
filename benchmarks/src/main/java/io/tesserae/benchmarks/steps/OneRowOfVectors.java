package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

import jdk.incubator.vector.FloatVector;

/**
 * Step 3: vectors. Neighbouring columns lie in the lanes of one vector, and their sums stay in a register for all of k. Every
 * lane is a chain of step 1; no sum crosses lanes.
 */
final class OneRowOfVectors implements ProductStep {

    private final ProductOperands operands;
    private final int columns;
    private final float[] weight; // [inFeatures, columns]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    OneRowOfVectors(ProductOperands operands) {
        this.operands = operands;
        columns = operands.coveredColumns(TILE_COLUMNS);
        weight = operands.transposedWeight(TILE_COLUMNS);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[operands.rows() * columns];
    }

    @Override
    public void run() {
        for (int row = 0; row < operands.rows(); row++) {
            for (int column = 0; column < columns; column += LANES) {
                oneVector(row, column);
            }
        }
    }

    private void oneVector(int row, int column) {
        final float[] x = operands.x();
        final float[] weight = this.weight;
        int columns = this.columns;
        int inFeatures = operands.inFeatures();
        int i = row * inFeatures;
        int end = i + inFeatures;
        FloatVector sum = FloatVector.fromArray(SPECIES, bias, column);
        for (int j = column; i < end; i++, j += columns) {
            FloatVector w = FloatVector.fromArray(SPECIES, weight, j);
            sum = FloatVector.broadcast(SPECIES, x[i]).fma(w, sum);
        }
        sum.intoArray(out, row * columns + column);
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
