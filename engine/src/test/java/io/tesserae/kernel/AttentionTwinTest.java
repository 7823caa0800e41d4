package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
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

        float[] attend(Engine engine, AttentionPattern pattern, AttentionMaps maps) {
            float[] context = new float[queryCount() * shape.contextWidth()];
            Arrays.fill(context, Float.NaN);
            AttentionOperands operands = new AttentionOperands(
                    new MatrixView(queries, 0, shape.queryWidth()),
                    new MatrixView(keys, 0, shape.keyWidth()),
                    new MatrixView(values, 0, shape.valueWidth()),
                    new MatrixView(context, 0, shape.contextWidth()),
                    shape);
            try (Workspace workspace = engine.machine().workspace()) {
                ParallelKernels.attend(workspace, operands, pattern, maps);
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
            @ForAll boolean somePlaces,
            @ForAll long seed) {
        Random random = new Random(seed);
        AttentionShape shape = new AttentionShape(2, 1, headSize, valueSize, 0.37f);
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
