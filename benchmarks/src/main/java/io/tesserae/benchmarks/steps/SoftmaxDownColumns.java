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

    private final QueriesInLanes queries;

    SoftmaxDownColumns(SoftmaxOperands operands) {
        queries = new QueriesInLanes(operands);
    }

    @Override
    public void run() {
        int group = queries.groupSize();
        for (int from = 0; from < queries.scores.length; from += group) {
            exponentiate(from, from + group, max(from, from + group));
            queries.normalise(from, from + group);
        }
    }

    private FloatVector max(int from, int to) {
        final float[] scores = queries.scores;
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = from; i < to; i += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, i);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        return max;
    }

    private void exponentiate(int from, int to, FloatVector max) {
        final float[] scores = queries.scores;
        final float[] out = queries.out;
        final float[] sums = queries.sums;
        Arrays.fill(sums, 0f);
        for (int i = from, chain = 0; i < to; i += LANES, chain = (chain + LANES) & (PARTIAL_SUMS * LANES - 1)) {
            FloatVector e = ExponentialPolynomial.exp(
                    FloatVector.fromArray(SPECIES, scores, i).sub(max));
            e.intoArray(out, i);
            FloatVector.fromArray(SPECIES, sums, chain).add(e).intoArray(sums, chain);
        }
    }

    @Override
    public float[] result() {
        return queries.result();
    }
}
