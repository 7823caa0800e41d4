package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Attention of every shape, sight and bias: vectors against the scalar definition, bit by bit; the definition against the
 * formula in float64; and what the definition promises of keys that are out of sight.
 */
class AttentionTwinTest {

    private static final Engine SCALAR =
            Engine.builder().kernels(Kernels.scalar()).threads(1).build();
    private static final Engine VECTOR =
            Engine.builder().kernels(new VectorKernels()).threads(2).build();
    private static final Engine[] ENGINES = {SCALAR, VECTOR};

    /** What no sum should meet. */
    private static final float[] HOSTILE = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 1e38f};

    /** Queries, keys and values of one sequence, or of several. */
    private record Inputs(AttentionShape shape, float[] queries, float[] keys, float[] values) {

        static Inputs random(Random random, AttentionShape shape, int queries, int keys) {
            return new Inputs(
                    shape,
                    numbers(random, queries * shape.queryWidth()),
                    numbers(random, keys * shape.keyWidth()),
                    numbers(random, keys * shape.valueWidth()));
        }

        int queryCount() {
            return queries.length / shape.queryWidth();
        }

        Inputs rows(int[] rows, int keyCount) {
            float[] some = new float[rows.length * shape.queryWidth()];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(
                        queries, rows[i] * shape.queryWidth(), some, i * shape.queryWidth(), shape.queryWidth());
            }
            return new Inputs(
                    shape,
                    some,
                    Arrays.copyOf(keys, keyCount * shape.keyWidth()),
                    Arrays.copyOf(values, keyCount * shape.valueWidth()));
        }

        AttentionOperands operands(float[] context) {
            return new AttentionOperands(
                    new MatrixView(queries, 0, shape.queryWidth()),
                    new MatrixView(keys, 0, shape.keyWidth()),
                    new MatrixView(values, 0, shape.valueWidth()),
                    new MatrixView(context, 0, shape.contextWidth()),
                    shape);
        }

        float[] attend(Engine engine, AttentionPattern pattern, AttentionMaps maps) {
            float[] context = new float[queryCount() * shape.contextWidth()];
            Arrays.fill(context, Float.NaN);
            try (Workspace workspace = engine.machine().workspace()) {
                ParallelKernels.attend(workspace, operands(context), pattern, maps);
            }
            return context;
        }
    }

    @Property(tries = 400)
    void vectorsGiveTheBitsOfTheDefinition(
            @ForAll @IntRange(min = 0, max = 80) int queries,
            @ForAll @IntRange(min = 0, max = 90) int keys,
            @ForAll @IntRange(min = 1, max = 40) int headSize,
            @ForAll @IntRange(min = 1, max = 40) int valueSize,
            @ForAll @IntRange(min = 1, max = 2) int keyHeads,
            @ForAll @IntRange(min = 1, max = 3) int group,
            @ForAll @IntRange(min = 0, max = 4) int sight,
            @ForAll @IntRange(min = 0, max = 2) int bias,
            @ForAll boolean somePlaces,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(keyHeads * group, keyHeads, headSize, valueSize, 0.37f);
        // Two sequences, so that starts other than zero are tried.
        int[] keyStarts = {0, 5, 5 + keys};
        int[] queryStarts = {0, 3, 3 + (somePlaces ? queries : Math.min(queries, keys))};
        int[] places = AttentionPattern.LAST;
        if (somePlaces) {
            places = IntStream.range(0, queryStarts[2])
                    .map(query -> random.nextInt(Math.max(1, query < 3 ? 5 : keys)))
                    .toArray();
        }
        AttentionPattern pattern = AttentionPattern.ragged(
                queryStarts, keyStarts, places, sight(random, sight, 5, keys), bias(random, bias, shape, 5, keys));
        Inputs inputs = Inputs.random(random, shape, queryStarts[2], keyStarts[2]);
        spoil(random, inputs);
        float[][] contexts = new float[2][];
        AttentionMaps[] maps = new AttentionMaps[2];
        for (int i = 0; i < 2; i++) {
            maps[i] = new AttentionMaps(
                    new float[shape.heads() * 3 * 5], new float[shape.heads() * pattern.queries(1) * keys]);
            contexts[i] = inputs.attend(ENGINES[i], pattern, maps[i]);
        }
        assertBitsEqual(contexts[0], contexts[1]);
        assertBitsEqual(maps[0].ofSequence()[0], maps[1].ofSequence()[0]);
        assertBitsEqual(maps[0].ofSequence()[1], maps[1].ofSequence()[1]);
    }

    /** As a decoder's step has them: some queries, and keys and channels for more than one block. */
    @Property(tries = 200)
    void fewQueriesGiveTheBitsOfTheDefinition(
            @ForAll @IntRange(min = 1, max = VectorFewQueries.MOST + 1) int queries,
            @ForAll @IntRange(min = 1, max = 300) int keys,
            @ForAll @IntRange(min = 1, max = 150) int headSize,
            @ForAll @IntRange(min = 1, max = 150) int valueSize,
            @ForAll @IntRange(min = 0, max = 4) int sight,
            @ForAll @IntRange(min = 0, max = 2) int bias,
            @ForAll @IntRange(min = 1, max = 2) int keyHeads,
            @ForAll @IntRange(min = 1, max = 6) int group,
            @ForAll boolean somePlaces,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(keyHeads * group, keyHeads, headSize, valueSize, 0.37f);
        int[] places = somePlaces ? random.ints(queries, 0, keys).toArray() : AttentionPattern.LAST;
        int count = somePlaces ? queries : Math.min(queries, keys);
        AttentionPattern pattern = AttentionPattern.ragged(
                new int[] {0, count},
                new int[] {0, keys},
                places,
                sight(random, sight, keys),
                bias(random, bias, shape, keys));
        Inputs inputs = Inputs.random(random, shape, count, keys);
        spoil(random, inputs);
        AttentionMaps[] maps = new AttentionMaps[2];
        float[][] contexts = new float[2][];
        for (int i = 0; i < 2; i++) {
            maps[i] = new AttentionMaps(new float[shape.heads() * count * keys]);
            contexts[i] = inputs.attend(ENGINES[i], pattern, maps[i]);
        }
        assertBitsEqual(contexts[0], contexts[1]);
        assertBitsEqual(maps[0].ofSequence()[0], maps[1].ofSequence()[0]);
    }

    /** Any of all sights, for sequences of so many keys. */
    private static Sight sight(Random random, int which, int... keys) {
        return switch (which) {
            case 0 -> Sight.EVERYTHING;
            case 1 -> Sight.CAUSAL;
            case 2 -> Sight.Window.symmetric(random.nextInt(20));
            case 3 -> Sight.Window.causal(1 + random.nextInt(40));
            default -> {
                int[][] first = new int[keys.length][];
                int[][] end = new int[keys.length][];
                for (int s = 0; s < keys.length; s++) {
                    int most = keys[s];
                    first[s] = random.ints(Math.max(1, most), -3, most + 3).toArray();
                    end[s] = random.ints(Math.max(1, most), -3, most + 9).toArray();
                }
                yield new Sight.Ranges(first, end);
            }
        };
    }

    private static ScoreBias bias(Random random, int which, AttentionShape shape, int... keys) {
        int reach = Arrays.stream(keys).max().orElseThrow();
        return switch (which) {
            case 0 -> ScoreBias.NONE;
            case 1 -> new ScoreBias.Distances(numbers(random, shape.heads() * (2 * reach + 1)), reach);
            default -> {
                List<Tensor> pairs = new ArrayList<>();
                for (int most : keys) {
                    float[] numbers = numbers(random, shape.heads() * most * most);
                    pairs.add(Tensor.of(numbers, shape.heads(), most, most));
                }
                yield new ScoreBias.Pairs(pairs);
            }
        };
    }

    /** Puts what no sum should meet into some keys and values: who sees them gets what float32 makes of it, and nobody else does. */
    private static void spoil(Random random, Inputs inputs) {
        if (random.nextInt(3) == 0) {
            return;
        }
        for (float[] rows : new float[][] {inputs.keys, inputs.values}) {
            for (int i = 0; i < 3 && rows.length > 0; i++) {
                rows[random.nextInt(rows.length)] = HOSTILE[random.nextInt(HOSTILE.length)];
            }
        }
    }

    /** One token at a time beside a cache, a text in parts of any lengths, and all of it at once. */
    @Property(tries = 150)
    void aTextInAnyPartsGivesTheSameBits(
            @ForAll @IntRange(min = 1, max = 90) int tokens,
            @ForAll @IntRange(min = 1, max = 3) int sight,
            @ForAll boolean biased,
            @ForAll boolean oneByOne,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(4, 2, 1 + random.nextInt(20), 1 + random.nextInt(20), 0.3f);
        Sight seen = switch (sight) {
            case 1 -> Sight.CAUSAL;
            case 2 -> Sight.Window.causal(1 + random.nextInt(40));
            default -> causalRanges(random, tokens);
        };
        ScoreBias bias = bias(random, biased ? 1 : 0, shape, tokens);
        Inputs inputs = Inputs.random(random, shape, tokens, tokens);
        int[] starts = {0, tokens};
        AttentionPattern all = AttentionPattern.ragged(starts, starts, AttentionPattern.LAST, seen, bias);
        float[] expected = inputs.attend(SCALAR, all, AttentionMaps.NONE);
        for (Engine engine : ENGINES) {
            for (int from = 0, to; from < tokens; from = to) {
                to = oneByOne ? from + 1 : from + 1 + random.nextInt(tokens - from);
                int[] rows = IntStream.range(from, to).toArray();
                AttentionPattern part = AttentionPattern.ragged(
                        new int[] {0, to - from}, new int[] {0, to}, AttentionPattern.LAST, seen, bias);
                float[] found = inputs.rows(rows, to).attend(engine, part, AttentionMaps.NONE);
                int width = shape.contextWidth();
                assertBitsEqual(Arrays.copyOfRange(expected, from * width, to * width), found);
            }
        }
    }

    private static Sight causalRanges(Random random, int tokens) {
        int[] first = new int[tokens];
        int[] end = new int[tokens];
        for (int place = 0; place < tokens; place++) {
            first[place] = random.nextInt(place + 1);
            end[place] = first[place] + random.nextInt(place + 2 - first[place]);
        }
        return new Sight.Ranges(new int[][] {first}, new int[][] {end});
    }

    /** First tokens, masked tokens and last tokens: some queries by themselves are those among all. */
    @Property(tries = 100)
    void someRowsGiveTheBitsOfAll(
            @ForAll @IntRange(min = 1, max = 70) int tokens,
            @ForAll @IntRange(min = 0, max = 4) int sight,
            @ForAll @IntRange(min = 0, max = 2) int biased,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = AttentionShape.of(2, 1 + random.nextInt(20));
        Sight seen = sight(random, sight, tokens);
        ScoreBias bias = bias(random, biased, shape, tokens);
        Inputs inputs = Inputs.random(random, shape, tokens, tokens);
        int[] starts = {0, tokens};
        float[] expected = inputs.attend(
                SCALAR, AttentionPattern.ragged(starts, starts, AttentionPattern.LAST, seen, bias), AttentionMaps.NONE);
        int[] rows = random.ints(1 + random.nextInt(tokens), 0, tokens).toArray();
        AttentionPattern some = AttentionPattern.ragged(new int[] {0, rows.length}, starts, rows, seen, bias);
        int width = shape.contextWidth();
        for (Engine engine : ENGINES) {
            float[] found = inputs.rows(rows, tokens).attend(engine, some, AttentionMaps.NONE);
            for (int i = 0; i < rows.length; i++) {
                assertBitsEqual(
                        Arrays.copyOfRange(expected, rows[i] * width, (rows[i] + 1) * width),
                        Arrays.copyOfRange(found, i * width, (i + 1) * width));
            }
        }
    }

    @Property(tries = 60)
    void aWindowIsTheRangesOfItsIntervals(
            @ForAll @IntRange(min = 1, max = 80) int tokens,
            @ForAll @IntRange(min = 0, max = 30) int before,
            @ForAll @IntRange(min = 0, max = 30) int after,
            @ForAll long seed) {
        int[] first = IntStream.range(0, tokens).map(i -> i - before).toArray();
        int[] end = IntStream.range(0, tokens).map(i -> i + after + 1).toArray();
        Sight ranges = new Sight.Ranges(new int[][] {first}, new int[][] {end});
        Inputs inputs = Inputs.random(new Random(seed), AttentionShape.of(2, 8), tokens, tokens);
        int[] starts = {0, tokens};
        for (Engine engine : ENGINES) {
            assertBitsEqual(
                    inputs.attend(engine, seeing(starts, new Sight.Window(before, after)), AttentionMaps.NONE),
                    inputs.attend(engine, seeing(starts, ranges), AttentionMaps.NONE));
        }
    }

    private static AttentionPattern seeing(int[] starts, Sight sight) {
        return AttentionPattern.ragged(starts, starts, AttentionPattern.LAST, sight, ScoreBias.NONE);
    }

    /** Of which one query each sees a key with NaN, and one is the only one not to see it. */
    @Example
    void whatIsOutOfSightChangesNothingWhateverItHolds() {
        int tokens = 70;
        AttentionShape shape = AttentionShape.of(1, 12);
        int[] starts = {0, tokens};
        for (float hostile : HOSTILE) {
            for (int spoiled = 0; spoiled < tokens; spoiled++) {
                Inputs clean = Inputs.random(new Random(3), shape, tokens, tokens);
                Inputs inputs = Inputs.random(new Random(3), shape, tokens, tokens);
                Arrays.fill(inputs.keys, spoiled * 12, spoiled * 12 + 12, hostile);
                Arrays.fill(inputs.values, spoiled * 12, spoiled * 12 + 12, hostile);
                float[] expected = clean.attend(VECTOR, seeing(starts, Sight.CAUSAL), AttentionMaps.NONE);
                float[] found = inputs.attend(VECTOR, seeing(starts, Sight.CAUSAL), AttentionMaps.NONE);
                assertBitsEqual(Arrays.copyOf(expected, spoiled * 12), Arrays.copyOf(found, spoiled * 12));
            }
        }
    }

    /** A context of −0 stays −0 where a hidden key follows. */
    @Example
    void aHiddenKeyDoesNotTurnNegativeZeroPositive() {
        int tokens = 20;
        AttentionShape shape = AttentionShape.of(1, 4);
        float[] queries = new float[tokens * 4];
        float[] keys = new float[tokens * 4];
        float[] values = new float[tokens * 4];
        Arrays.fill(values, 1f);
        keys[0] = -1e3f; // the first key's exponential is the least there is, and its value makes it underflow to −0
        Arrays.fill(values, 0, 4, -1e-38f);
        Arrays.fill(queries, 1f);
        int[] starts = {0, tokens};
        int[] first = new int[tokens];
        int[] end = new int[tokens];
        Arrays.fill(end, 2);
        Arrays.fill(values, 4, 8, -0f);
        end[5] = tokens;
        Sight sight = new Sight.Ranges(new int[][] {first}, new int[][] {end});
        Inputs inputs = new Inputs(shape, queries, keys, values);
        for (Engine engine : ENGINES) {
            float[] context = inputs.attend(engine, seeing(starts, sight), AttentionMaps.NONE);
            assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(context[0]), engine.toString());
        }
    }

    @Example
    void whoSeesNothingHasAContextOfZero() {
        int[] starts = {0, 40};
        int[] first = new int[40];
        int[] end = new int[40];
        Arrays.setAll(end, place -> place % 3 == 0 ? 0 : 40);
        Sight sight = new Sight.Ranges(new int[][] {first}, new int[][] {end});
        Inputs inputs = Inputs.random(new Random(1), AttentionShape.of(2, 3), 40, 40);
        inputs.values[0] = Float.NaN;
        for (Engine engine : ENGINES) {
            AttentionMaps maps = new AttentionMaps(new float[2 * 40 * 40]);
            Arrays.fill(maps.ofSequence()[0], 7f);
            float[] context = inputs.attend(engine, seeing(starts, sight), maps);
            for (int query = 0; query < 40; query += 3) {
                assertBitsEqual(new float[6], Arrays.copyOfRange(context, query * 6, query * 6 + 6));
                for (int head = 0; head < 2; head++) {
                    int row = (head * 40 + query) * 40;
                    assertBitsEqual(new float[40], Arrays.copyOfRange(maps.ofSequence()[0], row, row + 40));
                }
            }
        }
    }

    /** Where some queries of a block see nothing. A bias of zeros is no bias; a bias moves what it is added to. */
    @Property(tries = 60)
    void theDefinitionIsTheFormula(
            @ForAll @IntRange(min = 1, max = 40) int tokens,
            @ForAll @IntRange(min = 0, max = 4) int sight,
            @ForAll @IntRange(min = 0, max = 2) int biased,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(4, 2, 6, 5, 0.25f);
        Sight seen = sight(random, sight, tokens);
        ScoreBias bias = bias(random, biased, shape, tokens);
        Inputs inputs = new Inputs(
                shape, gaussian(random, tokens * 24), gaussian(random, tokens * 12), gaussian(random, tokens * 10));
        int[] starts = {0, tokens};
        AttentionPattern pattern = AttentionPattern.ragged(starts, starts, AttentionPattern.LAST, seen, bias);
        AttentionMaps maps = new AttentionMaps(new float[4 * tokens * tokens]);
        float[] context = inputs.attend(VECTOR, pattern, maps);
        for (int head = 0; head < 4; head++) {
            for (int query = 0; query < tokens; query++) {
                double[] weights = new double[tokens];
                double sum = 0;
                for (int key = Math.max(0, seen.firstKey(0, query));
                        key < Math.min(tokens, seen.endKey(0, query));
                        key++) {
                    double score = 0;
                    for (int c = 0; c < 6; c++) {
                        score += (double) inputs.queries[query * 24 + head * 6 + c]
                                * inputs.keys[key * 12 + head / 2 * 6 + c];
                    }
                    double added = switch (bias) {
                        case ScoreBias.None() -> 0;
                        case ScoreBias.Distances(float[] table, int reach) ->
                            table[head * (2 * reach + 1) + reach + key - query];
                        case ScoreBias.Pairs(List<Tensor> pairs) ->
                            pairs.getFirst().data()[(head * tokens + query) * tokens + key];
                        case DisentangledBias _, DisentangledBias.OfTask _ ->
                            throw new AssertionError("see DisentangledBiasTest");
                    };
                    weights[key] = Math.exp(score * 0.25 + added);
                    sum += weights[key];
                }
                for (int key = 0; key < tokens; key++) {
                    double expected = sum == 0 ? 0 : weights[key] / sum;
                    assertEquals(expected, maps.ofSequence()[0][(head * tokens + query) * tokens + key], 1e-4);
                }
                for (int c = 0; c < 5; c++) {
                    double expected = 0;
                    for (int key = 0; key < tokens; key++) {
                        expected += sum == 0 ? 0 : weights[key] / sum * inputs.values[key * 10 + head / 2 * 5 + c];
                    }
                    assertEquals(expected, context[query * 20 + head * 5 + c], 1e-4);
                }
            }
        }
    }

    @Example
    void aBiasOfZerosIsNone() {
        int[] starts = {0, 50};
        Inputs inputs = Inputs.random(new Random(8), AttentionShape.of(3, 7), 50, 50);
        ScoreBias zeros = new ScoreBias.Distances(new float[3 * 99], 49);
        for (Engine engine : ENGINES) {
            assertBitsEqual(
                    inputs.attend(engine, seeing(starts, Sight.CAUSAL), AttentionMaps.NONE),
                    inputs.attend(
                            engine,
                            AttentionPattern.ragged(starts, starts, AttentionPattern.LAST, Sight.CAUSAL, zeros),
                            AttentionMaps.NONE));
        }
    }

    @Example
    void shapesThatDoNotFitAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AttentionShape(4, 3, 8, 8, 1f));
        assertThrows(IllegalArgumentException.class, () -> new AttentionShape(4, 4, 0, 8, 1f));
        assertThrows(IllegalArgumentException.class, () -> new AttentionShape(4, 4, 8, 8, 0f));
        assertThrows(IllegalArgumentException.class, () -> new AttentionShape(4, 4, 8, 8, Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Sight.Window(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new ScoreBias.Distances(new float[4], 1));
        int[] starts = {0, 2};
        assertThrows(
                IllegalArgumentException.class,
                () -> AttentionPattern.ragged(starts, starts, new int[1], Sight.CAUSAL, ScoreBias.NONE));
        assertThrows(IllegalArgumentException.class, () -> AttentionPattern.everything(starts, new int[] {0, 1, 2}));
    }

    /** More keys than a block has, with queries for one tile and for several, or so few that keys lie along the lanes. */
    @Property(tries = 24)
    void blocksOfKeysGiveTheBitsOfTheDefinition(
            @ForAll @IntRange(min = 1, max = 40) int queries,
            @ForAll @IntRange(min = 1000, max = 2100) int keys,
            @ForAll @IntRange(min = 1, max = 20) int headSize,
            @ForAll @IntRange(min = 1, max = 20) int valueSize,
            @ForAll @IntRange(min = 1, max = 2) int heads,
            @ForAll @IntRange(min = 0, max = 4) int sight,
            @ForAll boolean biased,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(heads, 1, headSize, valueSize, 0.37f);
        AttentionPattern pattern = AttentionPattern.ragged(
                new int[] {0, queries},
                new int[] {0, keys},
                random.ints(queries, 0, keys).toArray(),
                wideSight(random, sight, keys),
                bias(random, biased ? 1 : 0, shape, keys));
        Inputs inputs = Inputs.random(random, shape, queries, keys);
        spoil(random, inputs);
        AttentionMaps[] maps = new AttentionMaps[2];
        float[][] contexts = new float[2][];
        for (int i = 0; i < 2; i++) {
            maps[i] = new AttentionMaps(new float[heads * queries * keys]);
            Arrays.fill(maps[i].ofSequence()[0], 7f);
            contexts[i] = inputs.attend(ENGINES[i], pattern, maps[i]);
        }
        assertBitsEqual(contexts[0], contexts[1]);
        assertBitsEqual(maps[0].ofSequence()[0], maps[1].ofSequence()[0]);
    }

    /** Any of all sights, whose intervals end in any block. */
    private static Sight wideSight(Random random, int which, int keys) {
        return switch (which) {
            case 0 -> Sight.EVERYTHING;
            case 1 -> Sight.CAUSAL;
            case 2 -> Sight.Window.symmetric(random.nextInt(1500));
            case 3 -> Sight.Window.causal(1 + random.nextInt(1500));
            default ->
                new Sight.Ranges(
                        new int[][] {random.ints(keys, -3, keys + 3).toArray()},
                        new int[][] {random.ints(keys, -3, keys + 9).toArray()});
        };
    }

    /** Some of a head's queries by themselves, cut anywhere: as threads share a head. */
    @Property(tries = 40)
    void partsOfAHeadGiveTheBitsOfTheWhole(
            @ForAll @IntRange(min = 2, max = 200) int queries,
            @ForAll @IntRange(min = 1, max = 2500) int keys,
            @ForAll @IntRange(min = 0, max = 4) int sight,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(1, 1, 1 + random.nextInt(9), 1 + random.nextInt(9), 0.5f);
        int[] places = random.ints(queries, 0, keys).toArray();
        AttentionPattern pattern = AttentionPattern.ragged(
                new int[] {0, queries}, new int[] {0, keys}, places, wideSight(random, sight, keys), ScoreBias.NONE);
        Inputs inputs = Inputs.random(random, shape, queries, keys);
        AttentionMaps maps = new AttentionMaps(new float[queries * keys]);
        float[] whole = new float[queries * shape.contextWidth()];
        AttentionOperands operands = inputs.operands(whole);
        VectorKernels kernels = new VectorKernels();
        kernels.attend(operands, pattern, new AttentionTask(0, 0, 0, queries), maps, new Scratch());
        for (Engine engine : ENGINES) {
            assertBitsEqual(whole, inputs.attend(engine, pattern, AttentionMaps.NONE));
        }
        float[] parts = new float[whole.length];
        AttentionMaps mapsOfParts = new AttentionMaps(new float[queries * keys]);
        Scratch scratch = new Scratch();
        for (int from = 0, to; from < queries; from = to) {
            to = from + 1 + random.nextInt(queries - from);
            AttentionTask task = new AttentionTask(0, 0, from, to);
            kernels.attend(inputs.operands(parts), pattern, task, mapsOfParts, scratch);
        }
        assertBitsEqual(whole, parts);
        assertBitsEqual(maps.ofSequence()[0], mapsOfParts.ofSequence()[0]);
    }

    /** What threads need for a head does not grow with its keys, nor with its queries. */
    @Example
    void memoryIsForOneBlockOfKeysAndSomeQueries() {
        AttentionShape shape = AttentionShape.of(1, 8);
        long[] sizes = new long[3];
        int[][] tokens = {{600, 1100}, {600, 9000}, {6000, 1100}};
        for (int i = 0; i < 3; i++) {
            Inputs inputs = Inputs.random(new Random(i), shape, tokens[i][0], tokens[i][1]);
            AttentionPattern pattern =
                    AttentionPattern.everything(new int[] {0, tokens[i][0]}, new int[] {0, tokens[i][1]});
            Machine machine = new Machine(new VectorKernels(), new Workers(1), Precision.FLOAT32, true);
            try (Workspace workspace = machine.workspace()) {
                float[] context = new float[inputs.queries.length];
                ParallelKernels.attend(workspace, inputs.operands(context), pattern, AttentionMaps.NONE);
                sizes[i] = workspace.size();
            }
        }
        assertEquals(sizes[0], sizes[1], 0.1 * sizes[0]);
        assertTrue(sizes[2] < 2 * sizes[0], sizes[2] + " floats for more queries, " + sizes[0] + " for some");
    }

    /** One token at a time, and some at once, where blocks of keys begin. */
    @Property(tries = 6)
    void aTextGrowsFromBlockToBlock(@ForAll @IntRange(min = 1, max = 3) int sight, @ForAll long seed) {
        Random random = new Random(seed);
        int tokens = 2 * Kernels.KEY_BLOCK + 12;
        AttentionShape shape = new AttentionShape(1, 1, 5, 7, 0.6f);
        Sight seen = switch (sight) {
            case 1 -> Sight.CAUSAL;
            case 2 -> Sight.Window.causal(1 + random.nextInt(30));
            default -> Sight.Window.causal(1000 + random.nextInt(100));
        };
        Inputs inputs = Inputs.random(random, shape, tokens, tokens);
        float[] expected = inputs.attend(VECTOR, seeing(new int[] {0, tokens}, seen), AttentionMaps.NONE);
        for (int block = Kernels.KEY_BLOCK; block < tokens; block += Kernels.KEY_BLOCK) {
            for (int from = block - 12, to; from < block + 12; from = to) {
                to = from + 1 + (random.nextBoolean() ? 0 : random.nextInt(block + 12 - from));
                int[] rows = IntStream.range(from, to).toArray();
                AttentionPattern part = AttentionPattern.ragged(
                        new int[] {0, to - from}, new int[] {0, to}, AttentionPattern.LAST, seen, ScoreBias.NONE);
                for (Engine engine : ENGINES) {
                    float[] found = inputs.rows(rows, to).attend(engine, part, AttentionMaps.NONE);
                    assertBitsEqual(Arrays.copyOfRange(expected, from * 7, to * 7), found);
                }
            }
        }
    }

    /** Up to a block's end, probabilities are a softmax of all scores. */
    @Example
    void oneBlockIsOneSoftmax() {
        int keys = Kernels.KEY_BLOCK;
        Inputs inputs = Inputs.random(new Random(4), new AttentionShape(1, 1, 6, 3, 0.5f), 20, keys);
        for (Engine engine : ENGINES) {
            AttentionMaps maps = new AttentionMaps(new float[20 * keys]);
            float[] context =
                    inputs.attend(engine, AttentionPattern.everything(new int[] {0, 20}, new int[] {0, keys}), maps);
            for (int query = 0; query < 20; query++) {
                float[] softmax = new float[keys];
                float max = Float.NEGATIVE_INFINITY;
                float[] sums = new float[Kernels.PARTIAL_SUMS];
                float[] exponentials = new float[keys];
                for (int key = 0; key < keys; key++) {
                    for (int c = 0; c < 6; c++) {
                        softmax[key] = Math.fma(inputs.keys[key * 6 + c], inputs.queries[query * 6 + c], softmax[key]);
                    }
                    softmax[key] *= 0.5f;
                    max = Math.max(max, softmax[key]);
                }
                for (int key = 0; key < keys; key++) {
                    exponentials[key] = ElementaryFunctions.exp(softmax[key] - max);
                    sums[key % sums.length] += exponentials[key];
                }
                SCALAR.machine().kernels().softmax(softmax, 0, keys);
                assertBitsEqual(softmax, Arrays.copyOfRange(maps.ofSequence()[0], query * keys, (query + 1) * keys));
                float sum = 0;
                for (int key = 0; key < keys; key++) {
                    sum = Math.fma(inputs.values[key * 3], exponentials[key], sum);
                }
                assertEquals(sum * (1f / ScalarKernels.fold(sums)), context[query * 3]);
            }
        }
    }

    /** The greatest score comes first, last, or grows from block to block. */
    @Property(tries = 12)
    void blocksAreTheFormula(@ForAll @IntRange(min = 0, max = 2) int order, @ForAll boolean few, @ForAll long seed) {
        int keys = 3500;
        int queries = few ? 3 : 21;
        AttentionShape shape = new AttentionShape(1, 1, 1, 2, 1f);
        Random random = new Random(seed);
        float[] scores = gaussian(random, keys);
        for (int key = 0; key < keys; key++) {
            scores[key] += (order == 0 ? keys - key : order == 1 ? key : 0) * 0.05f;
        }
        float[] values = gaussian(random, 2 * keys);
        float[] ones = new float[queries];
        Arrays.fill(ones, 1f);
        AttentionPattern pattern = AttentionPattern.everything(new int[] {0, queries}, new int[] {0, keys});
        AttentionMaps maps = new AttentionMaps(new float[queries * keys]);
        float[] context = new Inputs(shape, ones, scores, values).attend(VECTOR, pattern, maps);
        double max =
                IntStream.range(0, keys).mapToDouble(key -> scores[key]).max().orElseThrow();
        double sum = IntStream.range(0, keys)
                .mapToDouble(key -> Math.exp(scores[key] - max))
                .sum();
        for (int c = 0; c < 2; c++) {
            double expected = 0;
            for (int key = 0; key < keys; key++) {
                double probability = Math.exp(scores[key] - max) / sum;
                expected += probability * values[2 * key + c];
                assertEquals(probability, maps.ofSequence()[0][key], 1e-6);
            }
            assertEquals(expected, context[c], 1e-5);
            assertEquals(context[c], context[2 * (queries - 1) + c]);
        }
    }

    /** A bias of −∞ hides keys, be they a whole block; but not all keys there are. */
    @Property(tries = 8)
    void aBlockOfInfinitelyLowScoresCountsForNothing(@ForAll boolean few, @ForAll boolean first) {
        int keys = 2 * Kernels.KEY_BLOCK;
        int queries = few ? 2 : 9;
        Inputs inputs = Inputs.random(new Random(5), AttentionShape.of(1, 4), queries, keys);
        float[] hidden = new float[keys];
        int from = first ? 0 : Kernels.KEY_BLOCK;
        Arrays.fill(hidden, from, from + Kernels.KEY_BLOCK, Float.NEGATIVE_INFINITY);
        int seen = Kernels.KEY_BLOCK - from;
        Sight sight = new Sight.Ranges(new int[][] {{seen}}, new int[][] {{seen + Kernels.KEY_BLOCK}});
        Sight other = new Sight.Ranges(new int[][] {{from}}, new int[][] {{from + Kernels.KEY_BLOCK}});
        ScoreBias bias = new ScoreBias.Pairs(List.of(Tensor.of(hidden, 1, 1, keys)));
        for (Engine engine : ENGINES) {
            float[] expected = inputs.attend(engine, firstPlace(queries, keys, sight, bias), AttentionMaps.NONE);
            float[] found =
                    inputs.attend(engine, firstPlace(queries, keys, Sight.EVERYTHING, bias), AttentionMaps.NONE);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[i], 1e-30);
            }
            for (float value : inputs.attend(engine, firstPlace(queries, keys, other, bias), AttentionMaps.NONE)) {
                assertEquals(Float.NaN, value);
            }
        }
    }

    private static AttentionPattern firstPlace(int queries, int keys, Sight sight, ScoreBias bias) {
        return AttentionPattern.ragged(new int[] {0, queries}, new int[] {0, keys}, new int[queries], sight, bias);
    }

    private static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /** Numbers of all magnitudes that models see, and some that they do not. */
    private static float[] numbers(Random random, int count) {
        float[] numbers = gaussian(random, count);
        for (int i = 0; i < count; i++) {
            numbers[i] *= switch (random.nextInt(20)) {
                case 0 -> 0f;
                case 1 -> 30f;
                case 2 -> 1e-3f;
                default -> 1f;
            };
        }
        return numbers;
    }

    /** Any NaN is as good as another: which of two it is depends on the order of a multiplication's factors. */
    private static void assertBitsEqual(float[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(found[i])) {
                throw new AssertionError("at " + i + ": expected " + expected[i] + ", found " + found[i]);
            }
        }
    }
}
