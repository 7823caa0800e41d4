package io.tesserae.kernel;

import static io.tesserae.kernel.ElementaryFunctions.*;
import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.TILE;
import static io.tesserae.kernel.VectorKernels.ZEROS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention of one head, two vectors of queries at a time.
 *
 * <p>Queries lie along the lanes all the way: the scores of a tile are computed transposed, {@code K Qᵀ}, keys down and
 * queries across; softmax then runs down the columns, so that its maximum and its sum cross no lanes; and the exponentials
 * stand just as the second product, {@code Vᵀ E}, wants its right-hand side. Scores never leave the caches: for 128 keys
 * they are 16 KB, for 512 they are 64 KB.
 *
 * <p>Where queries do not see all keys, those that none of a block's queries sees are left out of all three steps. For the
 * keys that some of them see the scores are computed as for the others; what is out of sight then gets the score −∞, the
 * exponential zero, and in the second product a step that leaves its lane as it is: see {@link VectorSight}.
 */
final class VectorAttention {

    /** Floats in a line of the caches. */
    private static final int CACHE_LINE = 16;

    private VectorAttention() {}

    static void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            int sequence,
            int head,
            AttentionMaps maps,
            Scratch scratch) {
        AttentionShape shape = operands.shape();
        int channels = shape.headSize();
        int column = head * channels;
        int keyColumn = shape.keyHead(head) * channels;
        int valueChannels = shape.valueSize();
        int valueColumn = shape.keyHead(head) * valueChannels;
        int queryFrom = pattern.queryStarts()[sequence];
        int queryCount = pattern.queries(sequence);
        boolean everything = pattern.sight() instanceof Sight.Everything;
        int low = everything ? 0 : VectorSight.lowestKey(pattern, sequence);
        int high = everything ? pattern.keys(sequence) : VectorSight.endOfKeys(pattern, sequence);
        if (low >= high) {
            for (int query = 0; query < queryCount; query++) {
                clear(operands, pattern, sequence, head, query, maps);
            }
            return;
        }
        int keyFrom = pattern.keyStarts()[sequence] + low;
        int keyCount = high - low; // from here on, keys are counted from the lowest that is seen
        touch(operands.keys(), keyColumn, channels, keyFrom, keyCount, scratch);
        packKeys(operands.keys(), keyColumn, channels, keyFrom, keyCount, scratch);
        touch(operands.values(), valueColumn, valueChannels, keyFrom, keyCount, scratch);
        touch(operands.queries(), column, channels, queryFrom, queryCount, scratch);
        int covered = TILE.coveredRows(valueChannels);
        boolean inPlace = covered == valueChannels;
        float[] values = inPlace
                ? operands.values().data()
                : copyValues(operands.values(), valueColumn, valueChannels, keyFrom, keyCount, scratch);
        int valuesOffset = inPlace ? operands.values().at(keyFrom, valueColumn) : 0;
        int valuesStride = inPlace ? operands.values().stride() : covered;
        boolean biased = !(pattern.bias() instanceof ScoreBias.None);
        int groupSize = TILE.coveredRows(keyCount) * LANES;
        float[] bounds = scratch.floats(Scratch.Use.BOUNDS, 2 * TILE.columns());
        for (int done = 0; done < queryCount; done += TILE.columns()) {
            int count = Math.min(TILE.columns(), queryCount - done);
            // Some of the block's queries see the keys from `from` to `to`, all of them those from `allFrom` to
            // `allTo`.
            int from = 0;
            int to = keyCount;
            int allFrom = 0;
            int allTo = keyCount;
            if (!everything) {
                if (!VectorSight.bound(pattern, sequence, done, count, low, bounds)) {
                    for (int query = done; query < done + count; query++) {
                        clear(operands, pattern, sequence, head, query, maps);
                    }
                    continue;
                }
                from = VectorSight.least(bounds, 0);
                to = VectorSight.greatest(bounds, TILE.columns());
                allFrom = Math.min(to, VectorSight.greatest(bounds, 0));
                allTo = VectorSight.least(bounds, TILE.columns());
                if (allFrom >= allTo) {
                    allFrom = to;
                    allTo = to;
                }
            }
            packQueries(operands.queries(), column, channels, queryFrom + done, count, scratch);
            score(channels, count, keyCount, from, to, scratch);
            float[] scores = scratch.floats(Scratch.Use.SCORES, 0);
            float[] sums = scratch.floats(Scratch.Use.SUMS, (2 + Kernels.PARTIAL_SUMS) * LANES);
            for (int group = 0; group < count; group += LANES) {
                int first = group / LANES * groupSize;
                if (biased) {
                    int exist = Math.min(count - group, LANES);
                    packBias(pattern, sequence, head, done + group, exist, low + from, to - from, scratch);
                    addBias(scores, first + from * LANES, first + to * LANES, shape.scale(), scratch);
                }
                VectorSight.hide(scores, first, from, allFrom, bounds, group, Float.NEGATIVE_INFINITY);
                VectorSight.hide(scores, first, allTo, to, bounds, group, Float.NEGATIVE_INFINITY);
                exponentiate(scores, first + from * LANES, first + to * LANES, biased ? 1f : shape.scale());
                VectorSight.hide(scores, first, from, allFrom, bounds, group, 0f);
                VectorSight.hide(scores, first, allTo, to, bounds, group, 0f);
                addUp(scores, first + from * LANES, first + to * LANES, low + from, sums);
                fold(sums, group);
            }
            int second = secondGroup(count, groupSize);
            float[] context = scratch.floats(Scratch.Use.CONTEXT, covered * TILE.columns());
            VectorSight.gather(
                    scores, second, values, valuesOffset, valuesStride, valueChannels, from, allFrom, false, context);
            gather(
                    values,
                    valuesOffset,
                    valuesStride,
                    valueChannels,
                    second,
                    allFrom,
                    allTo,
                    from < allFrom,
                    context,
                    scratch);
            VectorSight.gather(
                    scores, second, values, valuesOffset, valuesStride, valueChannels, allTo, to, true, context);
            unpackContext(operands.context(), head * valueChannels, valueChannels, queryFrom + done, count, scratch);
            if (maps.areWanted()) {
                unpackProbabilities(pattern, sequence, head, done, count, low, groupSize, maps, scratch);
            }
            for (int query = done; !everything && query < done + count; query++) {
                if (pattern.firstKey(sequence, query) >= pattern.endKey(sequence, query)) {
                    clear(operands, pattern, sequence, head, query, maps);
                }
            }
        }
    }

    /** The context and the probabilities of a query that sees no key. */
    static void clear(
            AttentionOperands operands,
            AttentionPattern pattern,
            int sequence,
            int head,
            int query,
            AttentionMaps maps) {
        int channels = operands.shape().valueSize();
        int at = operands.context().at(pattern.queryStarts()[sequence] + query, head * channels);
        Arrays.fill(operands.context().data(), at, at + channels, 0f);
        if (maps.areWanted()) {
            int keys = pattern.keys(sequence);
            int row = (head * pattern.queries(sequence) + query) * keys;
            Arrays.fill(maps.ofSequence()[sequence], row, row + keys, 0f);
        }
    }

    /**
     * Brings a head's rows into the cache, a value of every line: all reads at once, where packing would wait for four rows at a
     * time. The rows lie kilobytes apart, which hardware prefetchers do not follow, and in a model the weights that passed by
     * since they were written have pushed them out. A ViT-B/16 with 197 tokens takes 2 % less time for it.
     */
    static void touch(MatrixView rows, int column, int channels, int from, int count, Scratch scratch) {
        float[] data = rows.data();
        int touched = 0;
        for (int row = 0; row < count; row++) {
            int at = rows.at(from, column) + row * rows.stride();
            for (int channel = 0; channel < channels; channel += CACHE_LINE) {
                touched |= Float.floatToRawIntBits(data[at + channel]);
            }
        }
        scratch.touched(touched);
    }

    /** Keys as the rows of tiles: {@code [key tiles][channels][tile rows]}. */
    private static void packKeys(
            MatrixView keys, int column, int channels, int keyFrom, int keyCount, Scratch scratch) {
        float[] packed = scratch.floats(Scratch.Use.KEYS, TILE.coveredRows(keyCount) * channels);
        for (int key = 0, rows; key < keyCount; key += rows) {
            rows = TILE.nextRows(keyCount - key);
            int count = Math.min(rows, keyCount - key);
            VectorProduct.packRows(keys, keyFrom + key, column, count, rows, channels, packed, key * channels);
        }
    }

    /**
     * Values, {@code [keys, covered channels]}, where tiles overhang the channels: else they are read where they are, for a row of
     * values is just what a tile of channels wants next. Copied tile by tile they took 3.3 of 38 µs for 128 keys of 64 channels.
     */
    private static float[] copyValues(
            MatrixView values, int column, int channels, int keyFrom, int keyCount, Scratch scratch) {
        int covered = TILE.coveredRows(channels);
        float[] copy = scratch.floats(Scratch.Use.VALUES, covered * keyCount);
        int from = values.at(keyFrom, column);
        for (int key = 0; key < keyCount; key++) {
            System.arraycopy(values.data(), from + key * values.stride(), copy, key * covered, channels);
        }
        return copy;
    }

    /** Queries as the columns of a tile: {@code [1 or 2][channels][lanes]}; idle lanes are zero. */
    private static void packQueries(
            MatrixView queries, int column, int channels, int queryFrom, int count, Scratch scratch) {
        float[] packed = scratch.floats(Scratch.Use.QUERIES, TILE.columns() * channels);
        for (int group = 0; group < count; group += LANES) {
            int exist = Math.min(count - group, LANES);
            VectorProduct.packRows(
                    queries, queryFrom + group, column, exist, LANES, channels, packed, group * channels);
        }
    }

    /** Where a tile's second vector lies: a group behind its first, or on the same place where so few queries need one only. */
    private static int secondGroup(int queries, int groupSize) {
        return queries > LANES ? groupSize : 0;
    }

    /** Scores of the keys in some rows, and of others in the same tiles, before the scale: {@code [1 or 2][covered keys][lanes]}. */
    private static void score(int channels, int queries, int keyCount, int from, int to, Scratch scratch) {
        int groupSize = TILE.coveredRows(keyCount) * LANES;
        float[] packedKeys = scratch.floats(Scratch.Use.KEYS, 0);
        float[] scores = scratch.floats(Scratch.Use.SCORES, 2 * groupSize);
        VectorTile tile = scratch.tile()
                .right(scratch.floats(Scratch.Use.QUERIES, 0), 0, secondGroup(queries, channels * LANES))
                .start(ZEROS, 0, LANES, 0)
                .touchNothing();
        for (int key = 0, rows; key < to; key += rows) {
            rows = TILE.nextRows(keyCount - key);
            if (key + rows > from) {
                tile.left(channels, packedKeys, key * channels, rows)
                        .result(scores, key * LANES, secondGroup(queries, groupSize) + key * LANES, LANES)
                        .compute(rows, 2);
            }
        }
    }

    /** What is added to the scores of a vector of queries and of so many keys from one on: {@code [keys][lanes]}. */
    private static void packBias(
            AttentionPattern pattern,
            int sequence,
            int head,
            int query,
            int count,
            int firstKey,
            int keyCount,
            Scratch scratch) {
        MatrixView bias = pattern.bias().rows(sequence, head);
        float[] packed = scratch.floats(Scratch.Use.BIAS, keyCount * LANES);
        int place = pattern.place(sequence, query);
        boolean consecutive = true;
        for (int lane = 0; lane < count; lane++) {
            consecutive &= pattern.place(sequence, query + lane) == place + lane;
        }
        if (consecutive) {
            VectorProduct.packRows(bias, place, firstKey, count, LANES, keyCount, packed, 0);
            return;
        }
        for (int lane = 0; lane < count; lane++) { // some rows of a sequence: they are few
            int at = bias.at(pattern.place(sequence, query + lane), firstKey);
            for (int key = 0; key < keyCount; key++) {
                packed[key * LANES + lane] = bias.data()[at + key];
            }
        }
    }

    private static void addBias(float[] scores, int from, int to, float scale, Scratch scratch) {
        float[] bias = scratch.floats(Scratch.Use.BIAS, 0);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(SPECIES, scores, i)
                    .fma(scales, FloatVector.fromArray(SPECIES, bias, i - from))
                    .intoArray(scores, i);
        }
    }

    /**
     * The exponential is written out here, and the coefficients are held in locals: a method that returns a vector makes an object
     * of it wherever C2 does not inline it, and it inlines none that it has compiled by itself into more than 2,500 bytes. Which
     * comes first is chance. With 16 tokens it went wrong in most runs, for good: 460 KB of vectors a pass of DistilBERT-base.
     *
     * <p>No scaled score exceeds the greatest, so none needs to be held below {@code EXP_HIGHEST}. With the sums in a loop of their
     * own and four maxima side by side a vector takes 5.4 ns; in one loop, with one maximum that waits for itself, it took 8.1.
     */
    private static void exponentiate(float[] scores, int from, int to, float scale) {
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector max1 = max;
        FloatVector max2 = max;
        FloatVector max3 = max;
        int next = from;
        for (; next <= to - 4 * LANES; next += 4 * LANES) {
            FloatVector score0 = FloatVector.fromArray(SPECIES, scores, next);
            max = max.blend(score0, score0.compare(VectorOperators.GT, max));
            FloatVector score1 = FloatVector.fromArray(SPECIES, scores, next + LANES);
            max1 = max1.blend(score1, score1.compare(VectorOperators.GT, max1));
            FloatVector score2 = FloatVector.fromArray(SPECIES, scores, next + 2 * LANES);
            max2 = max2.blend(score2, score2.compare(VectorOperators.GT, max2));
            FloatVector score3 = FloatVector.fromArray(SPECIES, scores, next + 3 * LANES);
            max3 = max3.blend(score3, score3.compare(VectorOperators.GT, max3));
        }
        for (; next < to; next += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, scores, next);
            max = max.blend(score, score.compare(VectorOperators.GT, max));
        }
        max = max.blend(max1, max1.compare(VectorOperators.GT, max));
        max2 = max2.blend(max3, max3.compare(VectorOperators.GT, max2));
        max = max.blend(max2, max2.compare(VectorOperators.GT, max));
        max = max.mul(scale); // rounding keeps order: the greatest scaled score is the scaled greatest
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
        for (int i = from; i < to; i += LANES) {
            // VectorFunctions.exp, written out
            FloatVector x = FloatVector.fromArray(SPECIES, scores, i).mul(scale).sub(max);
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
    }

    /** The partial sums of every column; {@code firstKey} is the index in the sequence of the first row. */
    private static void addUp(float[] scores, int from, int to, int firstKey, float[] sums) {
        for (int chain = 0; chain < Kernels.PARTIAL_SUMS; chain++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int first = Math.floorMod(chain - firstKey, Kernels.PARTIAL_SUMS);
            for (int i = from + first * LANES; i < to; i += Kernels.PARTIAL_SUMS * LANES) {
                sum = sum.add(FloatVector.fromArray(SPECIES, scores, i));
            }
            sum.intoArray(sums, (2 + chain) * LANES);
        }
    }

    /** {@link ScalarKernels#fold} on every column; then the reciprocal. */
    private static void fold(float[] sums, int to) {
        for (int half = Kernels.PARTIAL_SUMS / 2; half > 0; half /= 2) {
            for (int i = 2 * LANES; i < (2 + half) * LANES; i += LANES) {
                FloatVector.fromArray(SPECIES, sums, i)
                        .add(FloatVector.fromArray(SPECIES, sums, i + half * LANES))
                        .intoArray(sums, i);
            }
        }
        FloatVector.broadcast(SPECIES, 1f)
                .div(FloatVector.fromArray(SPECIES, sums, 2 * LANES))
                .intoArray(sums, to);
    }

    /**
     * Contexts, before the reciprocals: {@code [covered channels][2 · lanes]}, of the keys in some rows, which all queries see.
     *
     * @param second where the second vector's exponentials begin
     * @param begun whether the context has begun with other keys
     */
    private static void gather(
            float[] values,
            int offset,
            int stride,
            int channels,
            int second,
            int from,
            int to,
            boolean begun,
            float[] context,
            Scratch scratch) {
        if (from == to) {
            return;
        }
        float[] scores = scratch.floats(Scratch.Use.SCORES, 0);
        VectorTile tile = scratch.tile()
                .right(scores, from * LANES, second + from * LANES)
                .start(ZEROS, 0, LANES, 0)
                .touchNothing();
        for (int channel = 0, rows; channel < channels; channel += rows) {
            rows = TILE.nextRows(channels - channel);
            int at = channel * TILE.columns();
            if (begun) {
                tile.start(context, at, at + LANES, TILE.columns());
            }
            tile.left(to - from, values, offset + from * stride + channel, stride)
                    .result(context, at, at + LANES, TILE.columns())
                    .compute(rows, 2);
        }
    }

    private static void unpackContext(
            MatrixView context, int column, int channels, int queryFrom, int queries, Scratch scratch) {
        float[] gathered = scratch.floats(Scratch.Use.CONTEXT, 0);
        float[] sums = scratch.floats(Scratch.Use.SUMS, 0);
        for (int group = 0; group < queries; group += LANES) {
            FloatVector reciprocals = FloatVector.fromArray(SPECIES, sums, group);
            for (int i = group; i < channels * TILE.columns(); i += TILE.columns()) {
                FloatVector.fromArray(SPECIES, gathered, i).mul(reciprocals).intoArray(gathered, i);
            }
            int count = Math.min(queries - group, LANES);
            int to = context.at(queryFrom + group, column);
            VectorTranspose.transpose(
                    gathered, group, TILE.columns(), channels, count, context.data(), to, context.stride());
        }
    }

    /** Of each query those of the keys that it sees; the others are zero. */
    private static void unpackProbabilities(
            AttentionPattern pattern,
            int sequence,
            int head,
            int firstQuery,
            int queries,
            int low,
            int groupSize,
            AttentionMaps maps,
            Scratch scratch) {
        int keys = pattern.keys(sequence);
        float[] probabilities = maps.ofSequence()[sequence];
        float[] exponentials = scratch.floats(Scratch.Use.SCORES, 0);
        float[] sums = scratch.floats(Scratch.Use.SUMS, 0);
        for (int query = 0; query < queries; query++) {
            int from = query / LANES * groupSize + query % LANES - low * LANES;
            int row = (head * pattern.queries(sequence) + firstQuery + query) * keys;
            int end = pattern.endKey(sequence, firstQuery + query);
            Arrays.fill(probabilities, row, row + keys, 0f);
            for (int key = pattern.firstKey(sequence, firstQuery + query); key < end; key++) {
                probabilities[row + key] = exponentials[from + key * LANES] * sums[query];
            }
        }
    }
}
