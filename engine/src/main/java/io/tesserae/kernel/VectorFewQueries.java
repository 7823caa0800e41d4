package io.tesserae.kernel;

import static io.tesserae.kernel.ElementaryFunctions.*;
import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.ZEROS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention of one head for a few queries, as a decoder's step has them: one token of a text, or the beams of one picture, and many keys.
 *
 * <p>{@link VectorAttention} has queries along the lanes, of which most would be idle here. So scores and exponentials have keys along the
 * lanes, and contexts have channels: keys are turned some at a time, in the first-level cache, and values are read where they are. Every
 * key and value comes from memory once. A step of BLIP-base's text decoder, which looks at 577 keys in each of 12 layers, took
 * 39 ms with queries in lanes on one thread of an AMD EPYC (Zen 4), 28 so. With six streams of weights besides it takes 24, and 22 when
 * {@link VectorTranspose} turns the keys in registers.
 *
 * <p>Heads that share their keys are computed together, so that keys are turned once for all of them. What is kept of each head and query,
 * states and scores, are rows: {@code [heads][queries]}.
 */
final class VectorFewQueries {

    /** Queries up to which this is faster. */
    static final int MOST = Kernels.FEW_QUERIES;

    /** Keys that are turned at a time: the columns of a tile. */
    private static final int BLOCK_KEYS = 4 * LANES;

    /** Floats of what a query has between two blocks of keys. */
    private static final int STATE = Kernels.PARTIAL_SUMS + 1;

    private VectorFewQueries() {}

    /**
     * {@link Kernels#attendTogether}.
     *
     * @param tasks the same queries of neighbouring heads, which share their keys
     */
    static void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask[] tasks,
            AttentionMaps maps,
            Scratch scratch) {
        AttentionTask first = tasks[0];
        int queries = first.queries();
        int high = VectorSight.endOfKeys(pattern, first);
        // Of each row the partial sums, then the greatest score.
        float[] states = scratch.floats(Scratch.Use.SUMS, tasks.length * queries * STATE);
        Arrays.fill(states, 0, tasks.length * queries * STATE, 0f);
        for (int row = 0; row < tasks.length * queries; row++) {
            states[row * STATE + Kernels.PARTIAL_SUMS] = Float.NEGATIVE_INFINITY;
            VectorAttention.clear(operands, pattern, tasks[row / queries], first.firstQuery() + row % queries, maps);
        }
        for (int key = VectorSight.lowestKey(pattern, first), next; key < high; key = next) {
            next = key + Math.min(high - key, Kernels.KEY_BLOCK - key % Kernels.KEY_BLOCK);
            attend(operands, pattern, tasks, key, next, states, maps, scratch);
        }
        for (int row = 0; row < tasks.length * queries; row++) {
            finish(operands, pattern, tasks[row / queries], first.firstQuery() + row % queries, states, row, maps);
        }
    }

    /** Divides what a query has gathered by its sum. */
    private static void finish(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            int query,
            float[] states,
            int row,
            AttentionMaps maps) {
        int sequence = task.sequence();
        if (pattern.firstKey(sequence, query) >= pattern.endKey(sequence, query)) {
            return;
        }
        int channels = operands.shape().valueSize();
        int state = row * STATE;
        float max = states[state + Kernels.PARTIAL_SUMS];
        System.arraycopy(states, state, states, 0, Kernels.PARTIAL_SUMS); // whose own were used up before
        float reciprocal = Kernels.reciprocal(max, ScalarKernels.fold(states));
        int at = operands.context().at(pattern.queryStarts()[sequence] + query, task.head() * channels);
        multiply(operands.context().data(), at, channels, reciprocal);
        if (maps.areWanted()) {
            VectorMaps.finish(pattern, task, query, Kernels.shift(max), reciprocal, maps);
        }
    }

    /** The keys of a block, from the lowest that any query sees. */
    private static void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask[] tasks,
            int low,
            int high,
            float[] states,
            AttentionMaps maps,
            Scratch scratch) {
        int queries = tasks[0].queries();
        int base = low / Kernels.PARTIAL_SUMS * Kernels.PARTIAL_SUMS; // a row of scores begins with this key
        int size = high - base + Math.max(BLOCK_KEYS, Kernels.PARTIAL_SUMS); // of a row
        float[] scores = scratch.floats(Scratch.Use.SCORES, tasks.length * queries * size);
        score(operands, pattern, tasks, low, high, low - base, size, scratch);
        for (int row = 0; row < tasks.length * queries; row++) {
            AttentionTask task = tasks[row / queries];
            int query = task.firstQuery() + row % queries;
            int first = Math.max(low, pattern.firstKey(task.sequence(), query));
            int end = Math.min(high, pattern.endKey(task.sequence(), query));
            if (first >= end) {
                continue;
            }
            int from = row * size + first - base;
            int to = row * size + end - base;
            int state = row * STATE;
            float before = states[state + Kernels.PARTIAL_SUMS];
            float max = scale(operands, pattern, task, query, first, scores, from, to);
            float factor = max > before ? exp(before - max) : 1f;
            max = max > before ? max : before;
            states[state + Kernels.PARTIAL_SUMS] = max;
            if (maps.areWanted()) {
                int map = AttentionMaps.row(pattern, task, query);
                System.arraycopy(scores, from, maps.of(task), map + first, end - first);
            }
            exponentiate(scores, from, to, Kernels.shift(max));
            sum(scores, row * size, from, to, factor, states, state);
            gather(operands, pattern, task, query, first, end, scores, from, factor);
        }
    }

    /**
     * The scores of keys that some query sees, before the scale: {@code [heads][queries][size]}. A block's last columns may hold what was
     * there before; nobody reads their scores.
     */
    private static void score(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask[] tasks,
            int low,
            int high,
            int at,
            int size,
            Scratch scratch) {
        AttentionShape shape = operands.shape();
        AttentionTask first = tasks[0];
        int queries = first.queries();
        int channels = shape.headSize();
        MatrixView keys = operands.keys();
        int keyColumn = shape.keyHead(first.head()) * channels;
        int keyFrom = pattern.keyStarts()[first.sequence()];
        int queryFrom = pattern.queryStarts()[first.sequence()] + first.firstQuery();
        float[] scores = scratch.floats(Scratch.Use.SCORES, 0);
        float[] turned = scratch.floats(Scratch.Use.KEYS, BLOCK_KEYS * channels); // [4][channels][lanes]
        VectorAttention.touch(keys, keyColumn, channels, keyFrom + low, high - low, scratch);
        VectorTile tile = scratch.tile()
                .right(turned, 0, channels * LANES)
                .start(ZEROS, 0, 0, 0)
                .touchNothing();
        for (int key = low; key < high; key += BLOCK_KEYS) {
            int count = Math.min(BLOCK_KEYS, high - key);
            for (int group = 0; group < count; group += LANES) {
                int from = keys.at(keyFrom + key + group, keyColumn);
                int rows = Math.min(LANES, count - group);
                VectorTranspose.transpose(
                        keys.data(), from, keys.stride(), rows, channels, turned, group * channels, LANES);
            }
            int vectors = count > 2 * LANES ? 4 : 2;
            for (int row = 0; row < tasks.length * queries; row++) {
                int head = tasks[row / queries].head();
                int to = row * size + at + key - low;
                tile.left(
                                channels,
                                operands.queries().data(),
                                operands.queries().at(queryFrom + row % queries, head * channels),
                                1)
                        .result(scores, to, to + LANES, 0)
                        .compute(1, vectors);
            }
        }
    }

    /** Scales scores, adds the bias where there is one, and returns the greatest. */
    private static float scale(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            int query,
            int key,
            float[] scores,
            int from,
            int to) {
        float scale = operands.shape().scale();
        float max = Float.NEGATIVE_INFINITY;
        int i = from;
        if (pattern.bias() instanceof ScoreBias.None) {
            FloatVector greatest = FloatVector.broadcast(SPECIES, max);
            for (; i <= to - LANES; i += LANES) {
                FloatVector score = FloatVector.fromArray(SPECIES, scores, i).mul(scale);
                score.intoArray(scores, i);
                greatest = greatest.blend(score, score.compare(VectorOperators.GT, greatest));
            }
            if (i > from) {
                max = greatest.reduceLanes(
                        VectorOperators.MAX); // no NaN is greater than anything, so none is among them
            }
            for (; i < to; i++) {
                scores[i] *= scale;
                max = scores[i] > max ? scores[i] : max;
            }
            return max;
        }
        MatrixView bias = pattern.bias().rows(task.sequence(), task.head());
        int at = bias.at(pattern.place(task.sequence(), query), key);
        for (; i < to; i++) {
            scores[i] = Math.fma(scores[i], scale, bias.data()[at + i - from]);
            max = scores[i] > max ? scores[i] : max;
        }
        return max;
    }

    /** {@link VectorFunctions#exp}, written out for the reason that {@link VectorAttention} has. */
    static void exponentiate(float[] scores, int from, int to, float max) {
        FloatVector lowest = FloatVector.broadcast(SPECIES, EXP_LOWEST);
        FloatVector log2e = FloatVector.broadcast(SPECIES, LOG2_E);
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector ln2High = FloatVector.broadcast(SPECIES, -LN2_HIGH);
        FloatVector ln2Low = FloatVector.broadcast(SPECIES, -LN2_LOW);
        FloatVector exp4 = FloatVector.broadcast(SPECIES, EXP_4);
        FloatVector exp3 = FloatVector.broadcast(SPECIES, EXP_3);
        FloatVector exp2 = FloatVector.broadcast(SPECIES, EXP_2);
        FloatVector exp1 = FloatVector.broadcast(SPECIES, EXP_1);
        FloatVector exp0 = FloatVector.broadcast(SPECIES, EXP_0);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, scores, i).sub(max);
            x = x.blend(lowest, x.compare(VectorOperators.LT, lowest));
            FloatVector shifted = x.fma(log2e, round);
            FloatVector n = shifted.sub(round);
            FloatVector r = n.fma(ln2High, x);
            r = n.fma(ln2Low, r);
            FloatVector p = exp4.fma(r, exp3);
            p = p.fma(r, exp2);
            p = p.fma(r, exp1);
            p = p.fma(r, exp0);
            p = p.fma(r, one);
            p = p.fma(r, one);
            p.reinterpretAsInts()
                    .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats()
                    .intoArray(scores, i);
        }
        for (; i < to; i++) {
            scores[i] = exp(scores[i] - max);
        }
    }

    /**
     * Multiplies the partial sums by a factor and adds a row's exponentials. The row's first key's index is a multiple of the chains, so a
     * key's place says which chain it is in.
     */
    private static void sum(float[] scores, int row, int from, int to, float factor, float[] states, int at) {
        int begin = from - (from - row) % Kernels.PARTIAL_SUMS;
        Arrays.fill(scores, begin, from, 0f); // adding zero changes no sum of exponentials
        Arrays.fill(scores, to, to + Kernels.PARTIAL_SUMS, 0f);
        for (int chain = 0; chain < Kernels.PARTIAL_SUMS; chain += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, states, at + chain).mul(factor);
            for (int i = begin + chain; i < to; i += Kernels.PARTIAL_SUMS) {
                sum = sum.add(FloatVector.fromArray(SPECIES, scores, i));
            }
            sum.intoArray(states, at + chain);
        }
    }

    private static void multiply(float[] data, int from, int count, float factor) {
        for (int i = from; i < from + count; i++) {
            data[i] *= factor;
        }
    }

    /** Multiplies a query's context by a factor and adds the values of some keys. */
    private static void gather(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            int query,
            int first,
            int end,
            float[] exponentials,
            int from,
            float factor) {
        int channels = operands.shape().valueSize();
        int count = end - first;
        MatrixView values = operands.values();
        int at = values.at(
                pattern.keyStarts()[task.sequence()] + first, operands.shape().keyHead(task.head()) * channels);
        float[] out = operands.context().data();
        int to = operands.context().at(pattern.queryStarts()[task.sequence()] + query, task.head() * channels);
        int channel = 0;
        for (; channel <= channels - 4 * LANES; channel += 4 * LANES) {
            gatherFour(
                    exponentials, from, count, values.data(), at + channel, values.stride(), factor, out, to + channel);
        }
        for (; channel <= channels - LANES; channel += LANES) {
            gatherOne(
                    exponentials, from, count, values.data(), at + channel, values.stride(), factor, out, to + channel);
        }
        for (; channel < channels; channel++) {
            float context = out[to + channel] * factor;
            for (int key = 0, i = at + channel; key < count; key++, i += values.stride()) {
                context = Math.fma(values.data()[i], exponentials[from + key], context);
            }
            out[to + channel] = context;
        }
    }

    /** Four vectors of channels: as many sums as the multipliers want at work at a time. */
    private static void gatherFour(
            float[] exponentials,
            int from,
            int count,
            float[] values,
            int at,
            int stride,
            float factor,
            float[] out,
            int to) {
        FloatVector a = FloatVector.fromArray(SPECIES, out, to).mul(factor);
        FloatVector b = FloatVector.fromArray(SPECIES, out, to + LANES).mul(factor);
        FloatVector c = FloatVector.fromArray(SPECIES, out, to + 2 * LANES).mul(factor);
        FloatVector d = FloatVector.fromArray(SPECIES, out, to + 3 * LANES).mul(factor);
        for (int key = from, i = at; key < from + count; key++, i += stride) {
            FloatVector e = FloatVector.broadcast(SPECIES, exponentials[key]);
            a = FloatVector.fromArray(SPECIES, values, i).fma(e, a);
            b = FloatVector.fromArray(SPECIES, values, i + LANES).fma(e, b);
            c = FloatVector.fromArray(SPECIES, values, i + 2 * LANES).fma(e, c);
            d = FloatVector.fromArray(SPECIES, values, i + 3 * LANES).fma(e, d);
        }
        a.intoArray(out, to);
        b.intoArray(out, to + LANES);
        c.intoArray(out, to + 2 * LANES);
        d.intoArray(out, to + 3 * LANES);
    }

    private static void gatherOne(
            float[] exponentials,
            int from,
            int count,
            float[] values,
            int at,
            int stride,
            float factor,
            float[] out,
            int to) {
        FloatVector sum = FloatVector.fromArray(SPECIES, out, to).mul(factor);
        for (int key = from, i = at; key < from + count; key++, i += stride) {
            FloatVector e = FloatVector.broadcast(SPECIES, exponentials[key]);
            sum = FloatVector.fromArray(SPECIES, values, i).fma(e, sum);
        }
        sum.intoArray(out, to);
    }
}
