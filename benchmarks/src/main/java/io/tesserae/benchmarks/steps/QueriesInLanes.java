package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.SoftmaxOperands.PARTIAL_SUMS;

import jdk.incubator.vector.FloatVector;

/** What steps 4 and 5 have in common: the scores transposed, with queries in the lanes, and how a softmax ends there. */
final class QueriesInLanes {

    private final SoftmaxOperands operands;
    final float[] scores; // [queries / lanes][keys][lanes]
    final float[] out; // the same
    final float[] sums = new float[PARTIAL_SUMS * LANES]; // [16][lanes]

    QueriesInLanes(SoftmaxOperands operands) {
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

    /** Values of as many queries as there are lanes. */
    int groupSize() {
        return operands.keys() * LANES;
    }

    /** The fold of the sixteen sums, on every column at once; then one reciprocal for each. */
    void normalise(int from, int to) {
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

    float[] result() {
        float[] result = new float[operands.scores().length];
        for (int query = 0; query < operands.queries(); query++) {
            for (int key = 0; key < operands.keys(); key++) {
                result[query * operands.keys() + key] = out[place(query, key)];
            }
        }
        return result;
    }
}
