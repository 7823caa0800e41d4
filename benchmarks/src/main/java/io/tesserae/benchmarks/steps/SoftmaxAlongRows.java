package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.SoftmaxOperands.PARTIAL_SUMS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Step 3: keys in the lanes. The sixteen sums are one vector of AVX-512, or several narrower ones. But each row ends with two
 * reductions across the lanes, of the maximum and of the sum, and with a tail.
 */
final class SoftmaxAlongRows implements SoftmaxStep {

    private final SoftmaxOperands operands;
    private final float[] partial = new float[PARTIAL_SUMS];
    private final float[] out; // [queries, keys]

    SoftmaxAlongRows(SoftmaxOperands operands) {
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
        int whole = SPECIES.loopBound(keys);
        float reciprocal = 1f / exponentiate(from, keys, whole, max(from, keys, whole));
        for (int i = from; i < from + whole; i += LANES) {
            FloatVector.fromArray(SPECIES, out, i).mul(reciprocal).intoArray(out, i);
        }
        for (int i = from + whole; i < from + keys; i++) {
            out[i] *= reciprocal;
        }
    }

    private float max(int from, int keys, int whole) {
        final float[] scores = operands.scores();
        FloatVector greatest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = from; i < from + whole; i += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, i);
            greatest = greatest.blend(score, score.compare(VectorOperators.GT, greatest));
        }
        float max = greatest.reduceLanes(VectorOperators.MAX); // a maximum is the same in any order
        for (int i = from + whole; i < from + keys; i++) {
            max = scores[i] > max ? scores[i] : max;
        }
        return max;
    }

    /** Leaves the exponentials in the result, and gives their sum. */
    private float exponentiate(int from, int keys, int whole, float max) {
        final float[] scores = operands.scores();
        final float[] partial = this.partial;
        Arrays.fill(partial, 0f);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, from + i);
            FloatVector e = ExponentialPolynomial.exp(score.sub(max));
            e.intoArray(out, from + i);
            int chain = i & (PARTIAL_SUMS - 1);
            FloatVector.fromArray(SPECIES, partial, chain).add(e).intoArray(partial, chain);
        }
        for (int i = whole; i < keys; i++) {
            float e = ExponentialPolynomial.exp(scores[from + i] - max);
            out[from + i] = e;
            partial[i % PARTIAL_SUMS] += e;
        }
        return SoftmaxOperands.fold(partial);
    }

    @Override
    public float[] result() {
        return out;
    }
}
