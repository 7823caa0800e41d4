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
 */
final class VectorFewQueries {

    /** Queries up to which this is faster. */
    static final int MOST = 4;

    /** Keys that are turned at a time: the columns of a tile. */
    private static final int BLOCK_KEYS = 4 * LANES;

    private VectorFewQueries() {}

    static void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            int sequence,
            int head,
            AttentionMaps maps,
            Scratch scratch) {
        AttentionShape shape = operands.shape();
        int queries = pattern.queries(sequence);
        int low = VectorSight.lowestKey(pattern, sequence);
        int high = VectorSight.endOfKeys(pattern, sequence);
        int base = low / Kernels.PARTIAL_SUMS * Kernels.PARTIAL_SUMS; // a row of scores begins with this key
        int size = Math.max(0, high - base) + Math.max(BLOCK_KEYS, Kernels.PARTIAL_SUMS); // of a row
        float[] scores = scratch.floats(Scratch.Use.SCORES, queries * size);
        if (low < high) {
            score(operands, pattern, sequence, head, low, high, low - base, size, scratch);
        }
        for (int query = 0; query < queries; query++) {
            int first = pattern.firstKey(sequence, query);
            int end = pattern.endKey(sequence, query);
            if (first >= end) {
                VectorAttention.clear(operands, pattern, sequence, head, query, maps);
                continue;
            }
            int from = query * size + first - base;
            int to = query * size + end - base;
            float max = scale(pattern, sequence, head, query, shape.scale(), scores, from, to);
            exponentiate(scores, from, to, max);
            float reciprocal = 1f / sum(scores, query * size, from, to, scratch);
            gather(operands, pattern, sequence, head, query, scores, from, reciprocal);
            if (maps.areWanted()) {
                int keys = pattern.keys(sequence);
                int row = (head * queries + query) * keys;
                float[] probabilities = maps.ofSequence()[sequence];
                Arrays.fill(probabilities, row, row + keys, 0f);
                for (int key = first; key < end; key++) {
                    probabilities[row + key] = scores[from + key - first] * reciprocal;
                }
            }
        }
    }

    /**
     * The scores of keys that some query sees, before the scale: {@code [queries][size]}. A block's last columns may hold what was there
     * before; nobody reads their scores.
     */
    private static void score(
            AttentionOperands operands,
            AttentionPattern pattern,
            int sequence,
            int head,
            int low,
            int high,
            int at,
            int size,
            Scratch scratch) {
        AttentionShape shape = operands.shape();
        int channels = shape.headSize();
        MatrixView keys = operands.keys();
        MatrixView queries = operands.queries();
        int keyColumn = shape.keyHead(head) * channels;
        int keyFrom = pattern.keyStarts()[sequence];
        int queryFrom = queries.at(pattern.queryStarts()[sequence], head * channels);
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
            for (int query = 0; query < pattern.queries(sequence); query++) {
                int to = query * size + at + key - low;
                tile.left(channels, queries.data(), queryFrom + query * queries.stride(), 1)
                        .result(scores, to, to + LANES, 0)
                        .compute(1, vectors);
            }
        }
    }

    /** Scales scores, adds the bias where there is one, and returns the greatest. */
    private static float scale(
            AttentionPattern pattern,
            int sequence,
            int head,
            int query,
            float scale,
            float[] scores,
            int from,
            int to) {
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
        MatrixView bias = pattern.bias().rows(sequence, head);
        int at = bias.at(pattern.place(sequence, query), pattern.firstKey(sequence, query));
        for (; i < to; i++) {
            scores[i] = Math.fma(scores[i], scale, bias.data()[at + i - from]);
            max = scores[i] > max ? scores[i] : max;
        }
        return max;
    }

    /** {@link VectorFunctions#exp}, written out for the reason that {@link VectorAttention} has. */
    private static void exponentiate(float[] scores, int from, int to, float max) {
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

    /** The sum of a row's exponentials. Its first key's index is a multiple of the chains, so a key's place says which chain it is in. */
    private static float sum(float[] scores, int row, int from, int to, Scratch scratch) {
        float[] partial = scratch.floats(Scratch.Use.SUMS, Kernels.PARTIAL_SUMS);
        int begin = from - (from - row) % Kernels.PARTIAL_SUMS;
        Arrays.fill(scores, begin, from, 0f); // adding zero changes no sum of exponentials
        Arrays.fill(scores, to, to + Kernels.PARTIAL_SUMS, 0f);
        for (int chain = 0; chain < Kernels.PARTIAL_SUMS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = begin + chain; i < to; i += Kernels.PARTIAL_SUMS) {
                sum = sum.add(FloatVector.fromArray(SPECIES, scores, i));
            }
            sum.intoArray(partial, chain);
        }
        return ScalarKernels.fold(partial);
    }

    /** A query's context. */
    private static void gather(
            AttentionOperands operands,
            AttentionPattern pattern,
            int sequence,
            int head,
            int query,
            float[] exponentials,
            int from,
            float reciprocal) {
        int channels = operands.shape().valueSize();
        int first = pattern.firstKey(sequence, query);
        int count = pattern.endKey(sequence, query) - first;
        MatrixView values = operands.values();
        int at = values.at(
                pattern.keyStarts()[sequence] + first, operands.shape().keyHead(head) * channels);
        float[] out = operands.context().data();
        int to = operands.context().at(pattern.queryStarts()[sequence] + query, head * channels);
        int channel = 0;
        for (; channel <= channels - 4 * LANES; channel += 4 * LANES) {
            gatherFour(
                    exponentials,
                    from,
                    count,
                    values.data(),
                    at + channel,
                    values.stride(),
                    reciprocal,
                    out,
                    to + channel);
        }
        for (; channel <= channels - LANES; channel += LANES) {
            gatherOne(
                    exponentials,
                    from,
                    count,
                    values.data(),
                    at + channel,
                    values.stride(),
                    reciprocal,
                    out,
                    to + channel);
        }
        for (; channel < channels; channel++) {
            float context = 0f;
            for (int key = 0, i = at + channel; key < count; key++, i += values.stride()) {
                context = Math.fma(values.data()[i], exponentials[from + key], context);
            }
            out[to + channel] = context * reciprocal;
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
            float reciprocal,
            float[] out,
            int to) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int key = from, i = at; key < from + count; key++, i += stride) {
            FloatVector e = FloatVector.broadcast(SPECIES, exponentials[key]);
            a = FloatVector.fromArray(SPECIES, values, i).fma(e, a);
            b = FloatVector.fromArray(SPECIES, values, i + LANES).fma(e, b);
            c = FloatVector.fromArray(SPECIES, values, i + 2 * LANES).fma(e, c);
            d = FloatVector.fromArray(SPECIES, values, i + 3 * LANES).fma(e, d);
        }
        a.mul(reciprocal).intoArray(out, to);
        b.mul(reciprocal).intoArray(out, to + LANES);
        c.mul(reciprocal).intoArray(out, to + 2 * LANES);
        d.mul(reciprocal).intoArray(out, to + 3 * LANES);
    }

    private static void gatherOne(
            float[] exponentials,
            int from,
            int count,
            float[] values,
            int at,
            int stride,
            float reciprocal,
            float[] out,
            int to) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int key = from, i = at; key < from + count; key++, i += stride) {
            FloatVector e = FloatVector.broadcast(SPECIES, exponentials[key]);
            sum = FloatVector.fromArray(SPECIES, values, i).fma(e, sum);
        }
        sum.mul(reciprocal).intoArray(out, to);
    }
}
