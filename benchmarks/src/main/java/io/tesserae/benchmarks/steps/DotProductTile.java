package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rejected: lanes along k. The weight can stay as the checkpoint has it, and a tile is sixteen dot products, four rows by four
 * columns; but a sum is then spread over the lanes of a vector, and what comes of adding these up is not the chain of step 1.
 * In which order {@code reduceLanes} adds is not even specified.
 */
final class DotProductTile implements ProductStep {

    private static final int ROWS = 4;
    private static final int COLUMNS = 4;

    private final ProductOperands operands;
    private final int rows;
    private final int columns;
    private final float[] x; // [rows, inFeatures]
    private final float[] weight; // [columns, inFeatures]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    DotProductTile(ProductOperands operands) {
        this.operands = operands;
        rows = operands.coveredRows(ROWS);
        columns = operands.coveredColumns(COLUMNS);
        x = operands.coveredX(ROWS);
        weight = Arrays.copyOf(operands.weight(), columns * operands.inFeatures());
        bias = operands.coveredBias(COLUMNS);
        out = new float[rows * columns];
    }

    /** Columns outermost, so that four rows of the weight stay in the caches for all rows of x. */
    @Override
    public void run() {
        for (int column = 0; column < columns; column += COLUMNS) {
            for (int row = 0; row < rows; row += ROWS) {
                tile(row, column);
            }
        }
    }

    private void tile(int row, int column) {
        final float[] x = this.x;
        final float[] weight = this.weight;
        int inFeatures = operands.inFeatures();
        int whole = SPECIES.loopBound(inFeatures);
        int i = row * inFeatures;
        int j = column * inFeatures;
        FloatVector sum00 = FloatVector.zero(SPECIES);
        FloatVector sum01 = FloatVector.zero(SPECIES);
        FloatVector sum02 = FloatVector.zero(SPECIES);
        FloatVector sum03 = FloatVector.zero(SPECIES);
        FloatVector sum10 = FloatVector.zero(SPECIES);
        FloatVector sum11 = FloatVector.zero(SPECIES);
        FloatVector sum12 = FloatVector.zero(SPECIES);
        FloatVector sum13 = FloatVector.zero(SPECIES);
        FloatVector sum20 = FloatVector.zero(SPECIES);
        FloatVector sum21 = FloatVector.zero(SPECIES);
        FloatVector sum22 = FloatVector.zero(SPECIES);
        FloatVector sum23 = FloatVector.zero(SPECIES);
        FloatVector sum30 = FloatVector.zero(SPECIES);
        FloatVector sum31 = FloatVector.zero(SPECIES);
        FloatVector sum32 = FloatVector.zero(SPECIES);
        FloatVector sum33 = FloatVector.zero(SPECIES);
        for (int k = 0; k < whole; k += LANES) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, i + k);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + inFeatures + k);
            FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 2 * inFeatures + k);
            FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 3 * inFeatures + k);
            FloatVector w0 = FloatVector.fromArray(SPECIES, weight, j + k);
            sum00 = x0.fma(w0, sum00);
            sum10 = x1.fma(w0, sum10);
            sum20 = x2.fma(w0, sum20);
            sum30 = x3.fma(w0, sum30);
            FloatVector w1 = FloatVector.fromArray(SPECIES, weight, j + inFeatures + k);
            sum01 = x0.fma(w1, sum01);
            sum11 = x1.fma(w1, sum11);
            sum21 = x2.fma(w1, sum21);
            sum31 = x3.fma(w1, sum31);
            FloatVector w2 = FloatVector.fromArray(SPECIES, weight, j + 2 * inFeatures + k);
            sum02 = x0.fma(w2, sum02);
            sum12 = x1.fma(w2, sum12);
            sum22 = x2.fma(w2, sum22);
            sum32 = x3.fma(w2, sum32);
            FloatVector w3 = FloatVector.fromArray(SPECIES, weight, j + 3 * inFeatures + k);
            sum03 = x0.fma(w3, sum03);
            sum13 = x1.fma(w3, sum13);
            sum23 = x2.fma(w3, sum23);
            sum33 = x3.fma(w3, sum33);
        }
        finish(row, column, whole, sum00.reduceLanes(VectorOperators.ADD));
        finish(row, column + 1, whole, sum01.reduceLanes(VectorOperators.ADD));
        finish(row, column + 2, whole, sum02.reduceLanes(VectorOperators.ADD));
        finish(row, column + 3, whole, sum03.reduceLanes(VectorOperators.ADD));
        finish(row + 1, column, whole, sum10.reduceLanes(VectorOperators.ADD));
        finish(row + 1, column + 1, whole, sum11.reduceLanes(VectorOperators.ADD));
        finish(row + 1, column + 2, whole, sum12.reduceLanes(VectorOperators.ADD));
        finish(row + 1, column + 3, whole, sum13.reduceLanes(VectorOperators.ADD));
        finish(row + 2, column, whole, sum20.reduceLanes(VectorOperators.ADD));
        finish(row + 2, column + 1, whole, sum21.reduceLanes(VectorOperators.ADD));
        finish(row + 2, column + 2, whole, sum22.reduceLanes(VectorOperators.ADD));
        finish(row + 2, column + 3, whole, sum23.reduceLanes(VectorOperators.ADD));
        finish(row + 3, column, whole, sum30.reduceLanes(VectorOperators.ADD));
        finish(row + 3, column + 1, whole, sum31.reduceLanes(VectorOperators.ADD));
        finish(row + 3, column + 2, whole, sum32.reduceLanes(VectorOperators.ADD));
        finish(row + 3, column + 3, whole, sum33.reduceLanes(VectorOperators.ADD));
    }

    /** The bias, what the lanes hold together, and the values that are left over after the last whole vector. */
    private void finish(int row, int column, int whole, float lanes) {
        int inFeatures = operands.inFeatures();
        float sum = bias[column] + lanes;
        for (int k = whole; k < inFeatures; k++) {
            sum = Math.fma(x[row * inFeatures + k], weight[column * inFeatures + k], sum);
        }
        out[row * columns + column] = sum;
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
