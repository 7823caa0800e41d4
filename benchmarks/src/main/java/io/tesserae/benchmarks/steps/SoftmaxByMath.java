package io.tesserae.benchmarks.steps;

/** Step 1: the formula, with {@link Math#exp}, one sum, and a division for each value. */
final class SoftmaxByMath implements SoftmaxStep {

    private final SoftmaxOperands operands;
    private final float[] out; // [queries, keys]

    SoftmaxByMath(SoftmaxOperands operands) {
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
            max = Math.max(max, scores[i]);
        }
        float sum = 0f;
        for (int i = from; i < from + keys; i++) {
            out[i] = (float) Math.exp(scores[i] - max);
            sum += out[i];
        }
        for (int i = from; i < from + keys; i++) {
            out[i] /= sum;
        }
    }

    @Override
    public float[] result() {
        return out;
    }
}
