package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.TILE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The keys that some of a block's queries see and some do not: up to 31 beside the diagonal of causal attention.
 *
 * <p>An exponential is never zero: the least there is comes from {@link ElementaryFunctions#EXP_LOWEST}. So zero can say "out of
 * sight": added to a partial sum it changes nothing, and in the second product it masks its lane. Multiplying by it would not do:
 * zero times infinity is a NaN, and adding zero to −0 gives +0.
 */
final class VectorSight {

    private static final float[] ZEROS = new float[8 * LANES];

    private VectorSight() {}

    /** The lowest key that any query of a task sees; or, if none sees any, the number of keys. */
    static int lowestKey(AttentionPattern pattern, AttentionTask task) {
        int lowest = pattern.keys(task.sequence());
        for (int query = task.firstQuery(); query < task.endQuery(); query++) {
            int first = pattern.firstKey(task.sequence(), query);
            lowest = first < pattern.endKey(task.sequence(), query) ? Math.min(lowest, first) : lowest;
        }
        return lowest;
    }

    /** The key behind the highest that any query of a task sees; or, if none sees any, 0. */
    static int endOfKeys(AttentionPattern pattern, AttentionTask task) {
        int highest = 0;
        for (int query = task.firstQuery(); query < task.endQuery(); query++) {
            int end = pattern.endKey(task.sequence(), query);
            highest = pattern.firstKey(task.sequence(), query) < end ? Math.max(highest, end) : highest;
        }
        return highest;
    }

    /**
     * Which of some keys a tile's queries see, counted from {@code low}. Lanes without a query, and queries that see no key at all,
     * take the interval of another query, so that they add no work: their results are not read. A query that sees other keys only
     * has an interval without keys.
     *
     * @param low the first of the keys
     * @param high the key behind the last
     * @param bounds receives the first key of each of a tile's columns, then the end of each
     * @return whether any query of the tile sees any of the keys
     */
    static boolean bound(
            AttentionPattern pattern, int sequence, int query, int count, int low, int high, float[] bounds) {
        int anyFirst = 0;
        int anyEnd = 0;
        for (int i = 0; i < count && anyFirst >= anyEnd; i++) {
            anyFirst = Math.max(low, pattern.firstKey(sequence, query + i));
            anyEnd = Math.min(high, pattern.endKey(sequence, query + i));
        }
        for (int i = 0; i < TILE.columns(); i++) {
            int first = i < count ? pattern.firstKey(sequence, query + i) : anyFirst;
            int end = i < count ? pattern.endKey(sequence, query + i) : anyEnd;
            if (first >= end) {
                first = anyFirst;
                end = anyEnd;
            } else if (Math.max(low, first) >= Math.min(high, end)) {
                first = anyFirst;
                end = anyFirst;
            }
            bounds[i] = Math.max(low, first) - low;
            bounds[TILE.columns() + i] = Math.min(high, end) - low;
        }
        return anyFirst < anyEnd;
    }

    /** The least of a tile's columns' bounds. */
    static int least(float[] bounds, int from) {
        float least = bounds[from];
        for (int i = from; i < from + TILE.columns(); i++) {
            least = Math.min(least, bounds[i]);
        }
        return (int) least;
    }

    /** The greatest of a tile's columns' bounds. */
    static int greatest(float[] bounds, int from) {
        float greatest = bounds[from];
        for (int i = from; i < from + TILE.columns(); i++) {
            greatest = Math.max(greatest, bounds[i]);
        }
        return (int) greatest;
    }

    /**
     * Puts a value in the place of what is out of sight.
     *
     * @param scores {@code [keys][lanes]} from {@code first} on, of which the rows {@code from} to {@code to} are changed
     * @param group where this vector of queries has its bounds
     */
    static void hide(float[] scores, int first, int from, int to, float[] bounds, int group, float value) {
        if (from >= to) {
            return;
        }
        FloatVector firsts = FloatVector.fromArray(SPECIES, bounds, group);
        FloatVector ends = FloatVector.fromArray(SPECIES, bounds, TILE.columns() + group);
        for (int key = from; key < to; key++) {
            FloatVector keys = FloatVector.broadcast(SPECIES, (float) key);
            VectorMask<Float> hidden =
                    firsts.compare(VectorOperators.GT, keys).or(ends.compare(VectorOperators.LE, keys));
            int i = first + key * LANES;
            FloatVector.fromArray(SPECIES, scores, i).blend(value, hidden).intoArray(scores, i);
        }
    }

    /**
     * Contexts, before the reciprocals, {@code [covered channels][2 · lanes]}: adds the values of some keys, each to the lanes
     * that see it.
     *
     * @param exponentials {@code [keys][lanes]}; the second vector's from {@code second} on
     * @param values {@code [keys, covered channels]} from {@code offset} on
     * @param begun whether the context has begun with other keys; if not, it begins with zeros
     * @param to where the context begins
     */
    static void gather(
            float[] exponentials,
            int second,
            float[] values,
            int offset,
            int stride,
            int channels,
            int from,
            int end,
            boolean begun,
            float[] context,
            int to) {
        if (from >= end) {
            return;
        }
        float[] start = begun ? context : ZEROS;
        int channel = 0;
        for (; channel <= channels - 4; channel += 4) {
            int at = to + channel * TILE.columns();
            gatherFour(
                    exponentials,
                    second,
                    values,
                    offset + channel,
                    stride,
                    from,
                    end,
                    start,
                    begun ? at : 0,
                    context,
                    at);
        }
        for (; channel < channels; channel += 2) { // tiles cover an even number of channels
            int at = to + channel * TILE.columns();
            gatherTwo(
                    exponentials,
                    second,
                    values,
                    offset + channel,
                    stride,
                    from,
                    end,
                    start,
                    begun ? at : 0,
                    context,
                    at);
        }
    }

    /** Four channels: eight sums, as many as the multipliers want at work at a time. */
    private static void gatherFour(
            float[] exponentials,
            int second,
            float[] values,
            int offset,
            int stride,
            int from,
            int to,
            float[] start,
            int begin,
            float[] context,
            int at) {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, begin);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, begin + LANES);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, begin + 2 * LANES);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, begin + 3 * LANES);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, start, begin + 4 * LANES);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, start, begin + 5 * LANES);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, start, begin + 6 * LANES);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, start, begin + 7 * LANES);
        for (int key = from; key < to; key++) {
            FloatVector ea = FloatVector.fromArray(SPECIES, exponentials, key * LANES);
            FloatVector eb = FloatVector.fromArray(SPECIES, exponentials, second + key * LANES);
            VectorMask<Float> seenA = ea.compare(VectorOperators.NE, 0f);
            VectorMask<Float> seenB = eb.compare(VectorOperators.NE, 0f);
            int i = offset + key * stride;
            FloatVector value0 = FloatVector.broadcast(SPECIES, values[i]);
            sum0a = sum0a.blend(value0.fma(ea, sum0a), seenA);
            sum0b = sum0b.blend(value0.fma(eb, sum0b), seenB);
            FloatVector value1 = FloatVector.broadcast(SPECIES, values[i + 1]);
            sum1a = sum1a.blend(value1.fma(ea, sum1a), seenA);
            sum1b = sum1b.blend(value1.fma(eb, sum1b), seenB);
            FloatVector value2 = FloatVector.broadcast(SPECIES, values[i + 2]);
            sum2a = sum2a.blend(value2.fma(ea, sum2a), seenA);
            sum2b = sum2b.blend(value2.fma(eb, sum2b), seenB);
            FloatVector value3 = FloatVector.broadcast(SPECIES, values[i + 3]);
            sum3a = sum3a.blend(value3.fma(ea, sum3a), seenA);
            sum3b = sum3b.blend(value3.fma(eb, sum3b), seenB);
        }
        sum0a.intoArray(context, at);
        sum0b.intoArray(context, at + LANES);
        sum1a.intoArray(context, at + 2 * LANES);
        sum1b.intoArray(context, at + 3 * LANES);
        sum2a.intoArray(context, at + 4 * LANES);
        sum2b.intoArray(context, at + 5 * LANES);
        sum3a.intoArray(context, at + 6 * LANES);
        sum3b.intoArray(context, at + 7 * LANES);
    }

    private static void gatherTwo(
            float[] exponentials,
            int second,
            float[] values,
            int offset,
            int stride,
            int from,
            int to,
            float[] start,
            int begin,
            float[] context,
            int at) {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, start, begin);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, start, begin + LANES);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, start, begin + 2 * LANES);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, start, begin + 3 * LANES);
        for (int key = from; key < to; key++) {
            FloatVector ea = FloatVector.fromArray(SPECIES, exponentials, key * LANES);
            FloatVector eb = FloatVector.fromArray(SPECIES, exponentials, second + key * LANES);
            VectorMask<Float> seenA = ea.compare(VectorOperators.NE, 0f);
            VectorMask<Float> seenB = eb.compare(VectorOperators.NE, 0f);
            int i = offset + key * stride;
            FloatVector value0 = FloatVector.broadcast(SPECIES, values[i]);
            sum0a = sum0a.blend(value0.fma(ea, sum0a), seenA);
            sum0b = sum0b.blend(value0.fma(eb, sum0b), seenB);
            FloatVector value1 = FloatVector.broadcast(SPECIES, values[i + 1]);
            sum1a = sum1a.blend(value1.fma(ea, sum1a), seenA);
            sum1b = sum1b.blend(value1.fma(eb, sum1b), seenB);
        }
        sum0a.intoArray(context, at);
        sum0b.intoArray(context, at + LANES);
        sum1a.intoArray(context, at + 2 * LANES);
        sum1b.intoArray(context, at + 3 * LANES);
    }
}
