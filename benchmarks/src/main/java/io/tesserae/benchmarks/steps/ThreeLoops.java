package io.tesserae.benchmarks.steps;

/**
 * Step 1: the definition. One chain of multiply-adds for every value of the result, k ascending.
 *
 * <p>Each multiply-add waits for the one before it, four cycles, and does one of the 32 that two vector units could do in
 * every cycle.
 */
final class ThreeLoops implements ProductStep {

    private final ProductOperands operands;
    private final float[] out; // [rows, outFeatures]

    ThreeLoops(ProductOperands operands) {
        this.operands = operands;
        out = new float[operands.rows() * operands.outFeatures()];
    }

    @Override
    public void run() {
        for (int row = 0; row < operands.rows(); row++) {
            for (int column = 0; column < operands.outFeatures(); column++) {
                out[row * operands.outFeatures() + column] = chain(row, column);
            }
        }
    }

    private float chain(int row, int column) {
        final float[] x = operands.x();
        final float[] weight = operands.weight();
        int inFeatures = operands.inFeatures();
        float sum = operands.bias()[column];
        for (int k = 0; k < inFeatures; k++) {
            sum = Math.fma(x[row * inFeatures + k], weight[column * inFeatures + k], sum);
        }
        return sum;
    }

    @Override
    public float[] result() {
        return out;
    }
}
