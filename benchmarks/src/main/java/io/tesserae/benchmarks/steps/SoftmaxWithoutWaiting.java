package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;
import static io.tesserae.benchmarks.steps.SoftmaxOperands.PARTIAL_SUMS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Step 5: nothing waits for itself. Four maxima side by side, since one is a chain of a comparison and a blend for every key; and the
 * sums in a loop of their own, each in a register, not in memory between two exponentials.
 */
final class SoftmaxWithoutWaiting implements SoftmaxStep {

    private final QueriesInLanes queries;

    SoftmaxWithoutWaiting(SoftmaxOperands operands) {
        queries = new QueriesInLanes(operands);
    }

    @Override
    public void run() {
        int group = queries.groupSize();
        for (int from = 0; from < queries.scores.length; from += group) {
            exponentiate(from, from + group, max(from, from + group));
            sum(from, from + group);
            queries.normalise(from, from + group);
        }
    }

    private FloatVector max(int from, int to) {
        final float[] scores = queries.scores;
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector max1 = max;
        FloatVector max2 = max;
        FloatVector max3 = max;
        int i = from;
        for (; i <= to - 4 * LANES; i += 4 * LANES) {
            FloatVector score0 = FloatVector.fromArray(SPECIES, scores, i);
            max = max.blend(score0, score0.compare(VectorOperators.GT, max));
            FloatVector score1 = FloatVector.fromArray(SPECIES, scores, i + LANES);
            max1 = max1.blend(score1, score1.compare(VectorOperators.GT, max1));
            FloatVector score2 = FloatVector.fromArray(SPECIES, scores, i + 2 * LANES);
            max2 = max2.blend(score2, score2.compare(VectorOperators.GT, max2));
            FloatVector score3 = FloatVector.fromArray(SPECIES, scores, i + 3 * LANES);
            max3 = max3.blend(score3, score3.compare(VectorOperators.GT, max3));
        }
        for (; i < to; i += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, i);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        max = max.blend(max1, max1.compare(VectorOperators.GT, max));
        max2 = max2.blend(max3, max3.compare(VectorOperators.GT, max2));
        return max.blend(max2, max2.compare(VectorOperators.GT, max));
    }

    private void exponentiate(int from, int to, FloatVector max) {
        final float[] scores = queries.scores;
        final float[] out = queries.out;
        for (int i = from; i < to; i += LANES) {
            ExponentialPolynomial.exp(FloatVector.fromArray(SPECIES, scores, i).sub(max))
                    .intoArray(out, i);
        }
    }

    /** The same sixteen sums, one after the other: the order within each is what counts. */
    private void sum(int from, int to) {
        final float[] out = queries.out;
        for (int chain = 0; chain < PARTIAL_SUMS; chain++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = from + chain * LANES; i < to; i += PARTIAL_SUMS * LANES) {
                sum = sum.add(FloatVector.fromArray(SPECIES, out, i));
            }
            sum.intoArray(queries.sums, chain * LANES);
        }
    }

    @Override
    public float[] result() {
        return queries.result();
    }
}
