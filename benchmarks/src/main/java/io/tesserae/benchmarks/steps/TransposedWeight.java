package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.TILE_COLUMNS;

/**
 * Step 2: another order of the loops, and a weight that is transposed for it. The columns are innermost, so neighbouring
 * multiply-adds belong to different chains and need not wait for each other. The chains themselves are those of step 1.
 */
final class TransposedWeight implements ProductStep {

    private final ProductOperands operands;
    private final int columns;
    private final float[] weight; // [inFeatures, columns]
    private final float[] bias; // [columns]
    private final float[] out; // [rows, columns]

    TransposedWeight(ProductOperands operands) {
        this.operands = operands;
        columns = operands.coveredColumns(TILE_COLUMNS);
        weight = operands.transposedWeight(TILE_COLUMNS);
        bias = operands.coveredBias(TILE_COLUMNS);
        out = new float[operands.rows() * columns];
    }

    @Override
    public void run() {
        int inFeatures = operands.inFeatures();
        for (int row = 0; row < operands.rows(); row++) {
            System.arraycopy(bias, 0, out, row * columns, columns);
            for (int k = 0; k < inFeatures; k++) {
                addRow(operands.x()[row * inFeatures + k], k, row);
            }
        }
    }

    /** Adds one row of the weight, times one activation, to one row of the sums. */
    private void addRow(float activation, int k, int row) {
        final float[] weight = this.weight;
        final float[] out = this.out;
        int from = k * columns;
        int to = row * columns;
        for (int column = 0; column < columns; column++) {
            out[to + column] = Math.fma(activation, weight[from + column], out[to + column]);
        }
    }

    @Override
    public float[] result() {
        return operands.cropped(out, columns);
    }
}
