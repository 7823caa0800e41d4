package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.SoftmaxOperands.PARTIAL_SUMS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Step 4: queries in the lanes. The product of keys and queries leaves the scores transposed, at no cost; then maximum, sums and
 * division run down the columns, whole vectors throughout. No lane ever looks at another, and no row has a tail.
 */
final class SoftmaxDownColumns implements SoftmaxStep {

    private final SoftmaxOperands operands;
    private final float[] scores; // [queries / lanes][keys][lanes]
    private final float[] out; // the same
    private final float[] sums = new float[PARTIAL_SUMS * LANES]; // [16][lanes]

    SoftmaxDownColumns(SoftmaxOperands operands) {
        this.operands = operands;
        int keys = operands.keys();
        scores = new float[Math.ceilDiv(operands.queries(), LANES) * LANES * keys];
        out = new float[scores.length];
        for (int query = 0; query < operands.queries(); query++) {
            for (int key = 0; key < keys; key++) {
                scores[place(query, key)] = operands.scores()[query * keys + key];
            }
        }
    }

    private int place(int query, int key) {
        return (query / LANES * operands.keys() + key) * LANES + query % LANES;
    }

    @Override
    public void run() {
        int group = operands.keys() * LANES;
        for (int from = 0; from < scores.length; from += group) {
            exponentiate(from, from + group, max(from, from + group));
            normalise(from, from + group);
        }
    }

    private FloatVector max(int from, int to) {
        final float[] scores = this.scores;
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = from; i < to; i += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, i);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        return max;
    }

    private void exponentiate(int from, int to, FloatVector max) {
        final float[] scores = this.scores;
        final float[] sums = this.sums;
        Arrays.fill(sums, 0f);
        for (int i = from, chain = 0; i < to; i += LANES, chain = (chain + LANES) & (PARTIAL_SUMS * LANES - 1)) {
            FloatVector e = ExponentialPolynomial.exp(
                    FloatVector.fromArray(SPECIES, scores, i).sub(max));
            e.intoArray(out, i);
            FloatVector.fromArray(SPECIES, sums, chain).add(e).intoArray(sums, chain);
        }
    }

    /** The fold of the sixteen sums, on every column at once; then one reciprocal for each. */
    private void normalise(int from, int to) {
        final float[] sums = this.sums;
        for (int half = PARTIAL_SUMS / 2 * LANES; half >= LANES; half /= 2) {
            for (int i = 0; i < half; i += LANES) {
                FloatVector.fromArray(SPECIES, sums, i)
                        .add(FloatVector.fromArray(SPECIES, sums, i + half))
                        .intoArray(sums, i);
            }
        }
        FloatVector reciprocal = FloatVector.broadcast(SPECIES, 1f).div(FloatVector.fromArray(SPECIES, sums, 0));
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(SPECIES, out, i).mul(reciprocal).intoArray(out, i);
        }
    }

    @Override
    public float[] result() {
        float[] result = new float[operands.scores().length];
        for (int query = 0; query < operands.queries(); query++) {
            for (int key = 0; key < operands.keys(); key++) {
                result[query * operands.keys() + key] = out[place(query, key)];
            }
        }
        return result;
    }
}
