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
 * <p>One {@linkplain Kernels#KEY_BLOCK block} of keys after another: it is packed once, for all queries of the task, whose contexts, greatest
 * scores and sums wait meanwhile. So memory is for one block, however many keys there are. Where all keys are of one block,
 * nothing waits.
 *
 * <p>Where queries do not see all keys, those that none of a block's queries sees are left out of all three steps. For the
 * keys that some of them see the scores are computed as for the others; what is out of sight then gets the score −∞, the
 * exponential zero, and in the second product a step that leaves its lane as it is: see {@link VectorSight}.
 */
final class VectorAttention {

    /** Floats in a line of the caches. */
    private static final int CACHE_LINE = 16;

    /** So many queries are brought into the cache at once: more would not stay. */
    private static final int MOST_TOUCHED = 1024;

    /** From so many channels and queries on values are copied: see {@link #packValues}. */
    private static final int CHANNELS_WORTH_A_COPY = 128;

    private static final int QUERIES_WORTH_A_COPY = 64;

    // The state of a vector of queries between two blocks, in vectors: the greatest score so far; what all is
    // multiplied by next;
    // the partial sums.
    private static final int FACTOR = LANES;
    private static final int PARTIAL = 2 * LANES;
    private static final int STATE = (2 + Kernels.PARTIAL_SUMS) * LANES;

    private final AttentionOperands operands;
    private final AttentionPattern pattern;
    private final AttentionTask task;
    private final AttentionMaps maps;
    private final Scratch scratch;
    private final int sequence;
    private final int channels; // of queries and keys
    private final int column; // of the queries
    private final int valueChannels;
    private final int covered; // channels of values that tiles cover
    private final int queryFrom; // the row of the sequence's first query
    private final boolean everything; // is seen
    private final boolean biased;
    private final float[] bounds;

    // Of the block that is being computed.
    private int low; // its first key that is seen: rows of packed keys, of values and of scores are counted from it
    private int keyCount;
    private int groupSize; // floats of the scores of a vector of queries
    private float[] values;
    private boolean packed; // are the values: tile after tile of channels, [key tiles][keys][tile rows]
    private int valuesOffset;
    private int valuesStride;

    private VectorAttention(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            AttentionMaps maps,
            Scratch scratch) {
        this.operands = operands;
        this.pattern = pattern;
        this.task = task;
        this.maps = maps;
        this.scratch = scratch;
        sequence = task.sequence();
        channels = operands.shape().headSize();
        column = task.head() * channels;
        valueChannels = operands.shape().valueSize();
        covered = TILE.coveredRows(valueChannels);
        queryFrom = pattern.queryStarts()[sequence];
        everything = pattern.sight() instanceof Sight.Everything;
        biased = !(pattern.bias() instanceof ScoreBias.None);
        bounds = scratch.floats(Scratch.Use.BOUNDS, 2 * TILE.columns());
    }

    static void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            AttentionMaps maps,
            Scratch scratch) {
        new VectorAttention(operands, pattern, task, maps, scratch).attend();
    }

    private void attend() {
        int from = everything ? 0 : VectorSight.lowestKey(pattern, task);
        int end = everything ? pattern.keys(sequence) : VectorSight.endOfKeys(pattern, task);
        if (from >= end) {
            clearBlind();
        } else if (end - from <= Kernels.KEY_BLOCK - from % Kernels.KEY_BLOCK) {
            attendToOneBlock(from, end);
        } else {
            attendToBlocks(from, end);
        }
    }

    private void attendToOneBlock(int from, int end) {
        float[] context = scratch.floats(Scratch.Use.CONTEXT, covered * TILE.columns());
        float[] states = scratch.floats(Scratch.Use.SUMS, 2 * STATE);
        open(from, end);
        touch(
                operands.queries(),
                column,
                channels,
                queryFrom + task.firstQuery(),
                Math.min(MOST_TOUCHED, task.queries()),
                scratch);
        for (int query = task.firstQuery(); query < task.endQuery(); query += TILE.columns()) {
            if (attend(query, false, states, 0, context, 0)) {
                finish(query, states, 0, context, 0);
            }
        }
        if (!everything) {
            clearBlind();
        }
    }

    private void attendToBlocks(int from, int end) {
        int tiles = Math.ceilDiv(task.queries(), TILE.columns());
        int contextSize = covered * TILE.columns();
        float[] contexts = scratch.floats(Scratch.Use.CONTEXT, Math.multiplyExact(tiles, contextSize));
        float[] states = scratch.floats(Scratch.Use.SUMS, Math.multiplyExact(tiles, 2 * STATE));
        Arrays.fill(contexts, 0, tiles * contextSize, 0f);
        Arrays.fill(states, 0, tiles * 2 * STATE, 0f);
        for (int group = 0; group < 2 * tiles; group++) {
            Arrays.fill(states, group * STATE, group * STATE + LANES, Float.NEGATIVE_INFINITY);
        }
        for (int key = from, next; key < end; key = next) {
            next = key + Math.min(end - key, Kernels.KEY_BLOCK - key % Kernels.KEY_BLOCK);
            open(key, next);
            for (int tile = 0; tile < tiles; tile++) {
                int query = task.firstQuery() + tile * TILE.columns();
                attend(query, true, states, tile * 2 * STATE, contexts, tile * contextSize);
            }
        }
        for (int tile = 0; tile < tiles; tile++) {
            int query = task.firstQuery() + tile * TILE.columns();
            finish(query, states, tile * 2 * STATE, contexts, tile * contextSize);
        }
        clearBlind();
    }

    /** Has a block of keys and their values ready for all queries. */
    private void open(int from, int end) {
        AttentionShape shape = operands.shape();
        int keyColumn = shape.keyHead(task.head()) * channels;
        int valueColumn = shape.keyHead(task.head()) * valueChannels;
        int keyFrom = pattern.keyStarts()[sequence] + from;
        low = from;
        keyCount = end - from;
        groupSize = TILE.coveredRows(keyCount) * LANES;
        touch(operands.keys(), keyColumn, channels, keyFrom, keyCount, scratch);
        packKeys(operands.keys(), keyColumn, channels, keyFrom, keyCount, scratch);
        touch(operands.values(), valueColumn, valueChannels, keyFrom, keyCount, scratch);
        packed = covered != valueChannels
                || valueChannels >= CHANNELS_WORTH_A_COPY && task.queries() >= QUERIES_WORTH_A_COPY;
        values = packed
                ? packValues(operands.values(), valueColumn, valueChannels, keyFrom, keyCount, scratch)
                : operands.values().data();
        valuesOffset = packed ? 0 : operands.values().at(keyFrom, valueColumn);
        valuesStride = operands.values().stride();
    }

    /**
     * A tile of queries and the block's keys.
     *
     * @param begun whether there were blocks before: then the queries' states and contexts go on, else they begin
     * @param at where the tile's states are
     * @param to where its contexts are
     * @return whether any of the queries sees any of the keys; if not, nothing is changed
     */
    private boolean attend(int query, boolean begun, float[] states, int at, float[] context, int to) {
        int count = Math.min(TILE.columns(), task.endQuery() - query);
        // Some of the tile's queries see the keys from `from` to `end`, all of them those from `allFrom` to `allEnd`.
        int from = 0;
        int end = keyCount;
        int allFrom = 0;
        int allEnd = keyCount;
        if (!everything) {
            if (!VectorSight.bound(pattern, sequence, query, count, low, low + keyCount, bounds)) {
                return false;
            }
            from = VectorSight.least(bounds, 0);
            end = VectorSight.greatest(bounds, TILE.columns());
            allFrom = Math.min(end, VectorSight.greatest(bounds, 0));
            allEnd = VectorSight.least(bounds, TILE.columns());
            if (allFrom >= allEnd) {
                allFrom = end;
                allEnd = end;
            }
        }
        packQueries(operands.queries(), column, channels, queryFrom + query, count, scratch);
        score(channels, count, keyCount, from, end, scratch);
        float[] scores = scratch.floats(Scratch.Use.SCORES, 0);
        float scale = biased ? 1f : operands.shape().scale(); // which a bias has been added to already
        for (int group = 0; group < count; group += LANES) {
            int first = group / LANES * groupSize;
            int state = at + group / LANES * STATE;
            int exist = Math.min(count - group, LANES);
            if (biased) {
                packBias(pattern, sequence, task.head(), query + group, exist, low + from, end - from, scratch);
                addBias(
                        scores,
                        first + from * LANES,
                        first + end * LANES,
                        operands.shape().scale(),
                        scratch);
            }
            VectorSight.hide(scores, first, from, allFrom, bounds, group, Float.NEGATIVE_INFINITY);
            VectorSight.hide(scores, first, allEnd, end, bounds, group, Float.NEGATIVE_INFINITY);
            if (maps.areWanted()) {
                VectorMaps.keep(pattern, task, query + group, exist, low, low + keyCount, scores, first, scale, maps);
            }
            greatest(scores, first + from * LANES, first + end * LANES, scale, states, begun ? state + FACTOR : state);
            if (begun && renew(states, state)) {
                multiply(states, state + PARTIAL, Kernels.PARTIAL_SUMS, LANES, states, state + FACTOR);
                multiply(context, to + group, valueChannels, TILE.columns(), states, state + FACTOR);
            }
            exponentiate(scores, first + from * LANES, first + end * LANES, scale, states, state);
            VectorSight.hide(scores, first, from, allFrom, bounds, group, 0f);
            VectorSight.hide(scores, first, allEnd, end, bounds, group, 0f);
            addUp(scores, first + from * LANES, first + end * LANES, low + from, begun, states, state + PARTIAL);
        }
        int second = secondGroup(count, groupSize);
        gatherFromSome(scores, second, from, allFrom, begun, context, to);
        gather(scores, second, allFrom, allEnd, begun || from < allFrom, context, to);
        gatherFromSome(scores, second, allEnd, end, true, context, to);
        return true;
    }

    /** Contexts as rows, and the maps, when a tile's queries have seen all that they see. */
    private void finish(int query, float[] states, int at, float[] context, int from) {
        int count = Math.min(TILE.columns(), task.endQuery() - query);
        for (int group = 0; group < count; group += LANES) {
            int state = at + group / LANES * STATE;
            int exist = Math.min(count - group, LANES);
            fold(states, state);
            multiply(context, from + group, valueChannels, TILE.columns(), states, state + FACTOR);
            MatrixView out = operands.context();
            int to = out.at(queryFrom + query + group, task.head() * valueChannels);
            VectorTranspose.transpose(
                    context, from + group, TILE.columns(), valueChannels, exist, out.data(), to, out.stride());
            for (int lane = 0; maps.areWanted() && lane < exist; lane++) {
                float max = states[state + lane];
                float reciprocal = states[state + FACTOR + lane];
                VectorMaps.finish(pattern, task, query + group + lane, Kernels.shift(max), reciprocal, maps);
            }
        }
    }

    /** The queries that see no key. */
    private void clearBlind() {
        for (int query = task.firstQuery(); query < task.endQuery(); query++) {
            if (pattern.firstKey(sequence, query) >= pattern.endKey(sequence, query)) {
                clear(operands, pattern, task, query, maps);
            }
        }
    }

    /** The context and the probabilities of a query that sees no key. */
    static void clear(
            AttentionOperands operands, AttentionPattern pattern, AttentionTask task, int query, AttentionMaps maps) {
        int channels = operands.shape().valueSize();
        int at = operands.context().at(pattern.queryStarts()[task.sequence()] + query, task.head() * channels);
        Arrays.fill(operands.context().data(), at, at + channels, 0f);
        if (maps.areWanted()) {
            int row = AttentionMaps.row(pattern, task, query);
            Arrays.fill(maps.of(task), row, row + pattern.keys(task.sequence()), 0f);
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
     * Values as rows of tiles, channels down: {@code [channel tiles][keys][tile rows]}; rows without a channel are zero. For few queries they are
     * read where they are, unless tiles overhang the channels: a row of values is just what a tile of channels wants next. Copied they took
     * 3.3 of 38 µs for 128 keys of 64 channels.
     */
    private static float[] packValues(
            MatrixView values, int column, int channels, int keyFrom, int keyCount, Scratch scratch) {
        float[] packed = scratch.floats(Scratch.Use.VALUES, TILE.coveredRows(channels) * keyCount);
        float[] data = values.data();
        int first = values.at(keyFrom, column);
        for (int channel = 0, rows; channel < channels; channel += rows) {
            rows = TILE.nextRows(channels - channel);
            int exist = Math.min(rows, channels - channel);
            if (exist < rows) {
                Arrays.fill(packed, channel * keyCount, (channel + rows) * keyCount, 0f);
            }
            int from = first + channel;
            int to = channel * keyCount;
            for (int key = 0; key < keyCount; key++) {
                for (int row = 0; row < exist; row++) {
                    packed[to + row] = data[from + row];
                }
                from += values.stride();
                to += rows;
            }
        }
        return packed;
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

    /** The greatest score of every column, with its scale. */
    private static void greatest(float[] scores, int from, int to, float scale, float[] out, int at) {
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
        max.mul(scale).intoArray(out, at); // rounding keeps order: the greatest scaled score is the scaled greatest
    }

    /**
     * Makes a block's greatest scores, which stand where factors stand, the greatest so far, and leaves factors there. Value by value:
     * it is once a block.
     *
     * @return whether any factor is not 1
     */
    private static boolean renew(float[] states, int at) {
        boolean grown = false;
        for (int lane = at; lane < at + LANES; lane++) {
            float before = states[lane];
            float max = states[lane + FACTOR];
            if (max > before) {
                grown = true;
                states[lane] = max;
                states[lane + FACTOR] = exp(before - max);
            } else {
                states[lane + FACTOR] = 1f;
            }
        }
        return grown;
    }

    /** Multiplies so many vectors of columns, a stride apart, by a vector of factors. */
    private static void multiply(float[] data, int from, int count, int stride, float[] factors, int at) {
        FloatVector factor = FloatVector.fromArray(SPECIES, factors, at);
        for (int i = from; i < from + count * stride; i += stride) {
            FloatVector.fromArray(SPECIES, data, i).mul(factor).intoArray(data, i);
        }
    }

    /**
     * The exponential is written out here, and the coefficients are held in locals: a method that returns a vector makes an object
     * of it wherever C2 does not inline it, and it inlines none that it has compiled by itself into more than 2,500 bytes. Which
     * comes first is chance. With 16 tokens it went wrong in most runs, for good: 460 KB of vectors a pass of DistilBERT-base.
     *
     * <p>No scaled score exceeds the greatest, so none needs to be held below {@code EXP_HIGHEST}. With the sums in a loop of their
     * own and four maxima side by side a vector takes 5.4 ns; in one loop, with one maximum that waits for itself, it took 8.1.
     *
     * @param greatest holds the greatest scores, from {@code at} on
     */
    private static void exponentiate(float[] scores, int from, int to, float scale, float[] greatest, int at) {
        FloatVector max = FloatVector.fromArray(SPECIES, greatest, at);
        max = max.blend(0f, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY)); // Kernels.shift
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

    /** Adds to the partial sums of every column; {@code firstKey} is the index in the sequence of the first row. */
    private static void addUp(float[] scores, int from, int to, int firstKey, boolean begun, float[] sums, int at) {
        float[] start = begun ? sums : ZEROS;
        for (int chain = 0; chain < Kernels.PARTIAL_SUMS; chain++) {
            FloatVector sum = FloatVector.fromArray(SPECIES, start, begun ? at + chain * LANES : 0);
            int first = Math.floorMod(chain - firstKey, Kernels.PARTIAL_SUMS);
            for (int i = from + first * LANES; i < to; i += Kernels.PARTIAL_SUMS * LANES) {
                sum = sum.add(FloatVector.fromArray(SPECIES, scores, i));
            }
            sum.intoArray(sums, at + chain * LANES);
        }
    }

    /** {@link ScalarKernels#fold} on every column; then {@link Kernels#reciprocal}, in the factors' place. */
    private static void fold(float[] states, int at) {
        int sums = at + PARTIAL;
        for (int half = Kernels.PARTIAL_SUMS / 2; half > 0; half /= 2) {
            for (int i = sums; i < sums + half * LANES; i += LANES) {
                FloatVector.fromArray(SPECIES, states, i)
                        .add(FloatVector.fromArray(SPECIES, states, i + half * LANES))
                        .intoArray(states, i);
            }
        }
        FloatVector max = FloatVector.fromArray(SPECIES, states, at);
        FloatVector.broadcast(SPECIES, 1f)
                .div(FloatVector.fromArray(SPECIES, states, sums))
                .blend(Float.NaN, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY))
                .intoArray(states, at + FACTOR);
    }

    /**
     * Contexts, before the reciprocals: {@code [covered channels][2 · lanes]}, of the keys in some rows, which all queries see.
     *
     * @param second where the second vector's exponentials begin
     * @param begun whether the context has begun with other keys
     * @param to where the context begins
     */
    private void gather(float[] exponentials, int second, int from, int end, boolean begun, float[] context, int to) {
        if (from == end) {
            return;
        }
        VectorTile tile = scratch.tile()
                .right(exponentials, from * LANES, second + from * LANES)
                .start(ZEROS, 0, LANES, 0)
                .touchNothing();
        for (int channel = 0, rows; channel < valueChannels; channel += rows) {
            rows = TILE.nextRows(valueChannels - channel);
            int at = to + channel * TILE.columns();
            if (begun) {
                tile.start(context, at, at + LANES, TILE.columns());
            }
            tile.left(end - from, values, valuesAt(channel, from, rows), packed ? rows : valuesStride)
                    .result(context, at, at + LANES, TILE.columns())
                    .compute(rows, 2);
        }
    }

    /** Where the values of a key and of a tile of channels are. */
    private int valuesAt(int channel, int key, int rows) {
        return packed ? channel * keyCount + key * rows : valuesOffset + key * valuesStride + channel;
    }

    /** Likewise of the keys in some rows that not all queries see. */
    private void gatherFromSome(
            float[] exponentials, int second, int from, int end, boolean begun, float[] context, int to) {
        if (!packed) {
            VectorSight.gather(
                    exponentials,
                    second,
                    values,
                    valuesOffset,
                    valuesStride,
                    valueChannels,
                    from,
                    end,
                    begun,
                    context,
                    to);
            return;
        }
        for (int channel = 0, rows; channel < valueChannels; channel += rows) {
            rows = TILE.nextRows(valueChannels - channel);
            VectorSight.gather(
                    exponentials,
                    second,
                    values,
                    valuesAt(channel, 0, rows),
                    rows,
                    rows,
                    from,
                    end,
                    begun,
                    context,
                    to + channel * TILE.columns());
        }
    }
}
