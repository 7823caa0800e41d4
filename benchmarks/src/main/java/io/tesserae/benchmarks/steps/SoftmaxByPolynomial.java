package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.SoftmaxOperands.PARTIAL_SUMS;

/** Step 2: the definition. Our own exponential, sixteen sums in a fixed order, one division for each query. */
final class SoftmaxByPolynomial implements SoftmaxStep {

    private final SoftmaxOperands operands;
    private final float[] out; // [queries, keys]

    SoftmaxByPolynomial(SoftmaxOperands operands) {
        this.operands = operands;
        out = new float[operands.scores().length];
    }

    @Override
    public void run() {
        for (int query = 0; query < operands.queries(); query++) {
            row(query * operands.keys(), operands.keys());
        }
    }

    private void row(int from, int keys) {
        final float[] scores = operands.scores();
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + keys; i++) {
            max = scores[i] > max ? scores[i] : max;
        }
        float[] partial = new float[PARTIAL_SUMS];
        for (int i = 0; i < keys; i++) {
            float e = ExponentialPolynomial.exp(scores[from + i] - max);
            out[from + i] = e;
            partial[i % PARTIAL_SUMS] += e;
        }
        float reciprocal = 1f / SoftmaxOperands.fold(partial);
        for (int i = from; i < from + keys; i++) {
            out[i] *= reciprocal;
        }
    }

    @Override
    public float[] result() {
        return out;
    }
}
