package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A bias that queries and keys make: vectors against the scalar definition, bit by bit, and the definition against the formula in float64. */
class DisentangledBiasTest {

    private static final Engine SCALAR =
            Engine.builder().kernels(Kernels.scalar()).threads(1).build();
    private static final Engine VECTOR =
            Engine.builder().kernels(new VectorKernels()).threads(3).build();

    /** Two sequences, of which some queries are asked, in any order. */
    private record Case(
            AttentionShape shape,
            int[] keyStarts,
            float[][] inputs,
            DisentangledBias bias,
            int[] queryStarts,
            int[] places) {

        static Case random(Random random, int tokens, int headSize, boolean some) {
            int heads = 1 + random.nextInt(3);
            AttentionShape shape = new AttentionShape(heads, heads, headSize, 1 + random.nextInt(20), 0.37f);
            int[] keyStarts = {0, 5, 5 + tokens};
            int rows = 2 * (1 + random.nextInt(40));
            int reach = 2 * tokens + 12;
            int slope = 1 + random.nextInt(4);
            int[] rowOfDistance = IntStream.rangeClosed(-reach, reach)
                    .map(distance -> Math.clamp(Math.floorDiv(distance, slope) + rows / 2, 0, rows - 1))
                    .toArray();
            int which = random.nextInt(4);
            int size = heads * headSize * rows;
            DisentangledBias bias = new DisentangledBias(
                    numbers(random, which == 0 ? 0 : size),
                    numbers(random, which == 1 ? 0 : size),
                    rows,
                    rowOfDistance,
                    new int[][] {positions(random, 5), positions(random, tokens)});
            int all = 5 + tokens;
            float[][] inputs = {
                numbers(random, all * shape.queryWidth()),
                numbers(random, all * shape.keyWidth()),
                numbers(random, all * shape.valueWidth())
            };
            Case whole = new Case(shape, keyStarts, inputs, bias, keyStarts, AttentionPattern.LAST);
            return some ? whole.some(random, tokens) : whole;
        }

        private Case some(Random random, int tokens) {
            int[] ofFirst = distinct(random, 5);
            int[] ofSecond = distinct(random, tokens);
            int[] queryStarts = {0, ofFirst.length, ofFirst.length + ofSecond.length};
            int[] places = IntStream.concat(Arrays.stream(ofFirst), Arrays.stream(ofSecond))
                    .toArray();
            return new Case(shape, keyStarts, inputs, bias, queryStarts, places);
        }

        /** The rows, in the whole, of the queries that are asked. */
        int[] rows() {
            return IntStream.range(0, queryStarts[2])
                    .map(query ->
                            places.length == 0 ? query : places[query] + (query < queryStarts[1] ? 0 : keyStarts[1]))
                    .toArray();
        }

        float[] attend(Engine engine, AttentionMaps maps) {
            int[] rows = rows();
            int width = shape.queryWidth();
            float[] queries = new float[rows.length * width];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(inputs[0], rows[i] * width, queries, i * width, width);
            }
            float[] context = new float[rows.length * shape.contextWidth()];
            AttentionOperands operands = new AttentionOperands(
                    new MatrixView(queries, 0, width),
                    new MatrixView(inputs[1], 0, shape.keyWidth()),
                    new MatrixView(inputs[2], 0, shape.valueWidth()),
                    new MatrixView(context, 0, shape.contextWidth()),
                    shape);
            AttentionPattern pattern = AttentionPattern.ragged(queryStarts, keyStarts, places, Sight.EVERYTHING, bias);
            try (Workspace workspace = engine.machine().workspace()) {
                ParallelKernels.attend(workspace, operands, pattern, maps);
            }
            return context;
        }

        AttentionMaps maps() {
            return new AttentionMaps(
                    new float[shape.heads() * queryStarts[1] * 5],
                    new float[shape.heads() * (queryStarts[2] - queryStarts[1]) * (keyStarts[2] - 5)]);
        }
    }

    @Property(tries = 200)
    void vectorsGiveTheBitsOfTheDefinition(
            @ForAll @IntRange(min = 0, max = 210) int tokens,
            @ForAll @IntRange(min = 1, max = 40) int headSize,
            @ForAll boolean some,
            @ForAll long seed) {
        Case asked = Case.random(new Random(seed), tokens, headSize, some);
        AttentionMaps expected = asked.maps();
        AttentionMaps found = asked.maps();
        assertArrayEquals(asked.attend(SCALAR, expected), asked.attend(VECTOR, found));
        assertArrayEquals(expected.ofSequence()[0], found.ofSequence()[0]);
        assertArrayEquals(expected.ofSequence()[1], found.ofSequence()[1]);
    }

    @Property(tries = 60)
    void someRowsGiveTheBitsOfAll(@ForAll @IntRange(min = 1, max = 90) int tokens, @ForAll long seed) {
        Random random = new Random(seed);
        Case all = Case.random(random, tokens, 1 + random.nextInt(20), false);
        Case some = all.some(random, tokens);
        float[] expected = all.attend(SCALAR, AttentionMaps.NONE);
        int width = all.shape.contextWidth();
        int[] rows = some.rows();
        for (Engine engine : new Engine[] {SCALAR, VECTOR}) {
            float[] found = some.attend(engine, AttentionMaps.NONE);
            for (int i = 0; i < rows.length; i++) {
                assertArrayEquals(
                        Arrays.copyOfRange(expected, rows[i] * width, (rows[i] + 1) * width),
                        Arrays.copyOfRange(found, i * width, (i + 1) * width));
            }
        }
    }

    @Property(tries = 40)
    void theDefinitionIsTheFormula(@ForAll @IntRange(min = 1, max = 40) int tokens, @ForAll long seed) {
        Random random = new Random(seed);
        Case asked = Case.random(random, tokens, 1 + random.nextInt(12), false);
        AttentionMaps maps = asked.maps();
        asked.attend(SCALAR, maps);
        AttentionShape shape = asked.shape;
        DisentangledBias bias = asked.bias;
        int[] positions = bias.positions()[1];
        for (int head = 0; head < shape.heads(); head++) {
            for (int query = 0; query < tokens; query++) {
                double[] weights = new double[tokens];
                double sum = 0;
                for (int key = 0; key < tokens; key++) {
                    int distance = positions[query] - positions[key];
                    int row = bias.rowOfDistance()[bias.rowOfDistance().length / 2 + distance];
                    double score = 0;
                    for (int c = 0; c < shape.headSize(); c++) {
                        int channel = head * shape.headSize() + c;
                        double q = asked.inputs[0][(5 + query) * shape.queryWidth() + channel];
                        double k = asked.inputs[1][(5 + key) * shape.keyWidth() + channel];
                        int at = channel * bias.rows() + row;
                        double ofKeys = bias.positionKeys().length == 0 ? 0 : bias.positionKeys()[at];
                        double ofQueries = bias.positionQueries().length == 0 ? 0 : bias.positionQueries()[at];
                        score += q * k + q * ofKeys + k * ofQueries;
                    }
                    weights[key] = Math.exp(score * shape.scale());
                    sum += weights[key];
                }
                for (int key = 0; key < tokens; key++) {
                    float found = maps.ofSequence()[1][(head * tokens + query) * tokens + key];
                    assertEquals(weights[key] / sum, found, 1e-4);
                }
            }
        }
    }

    @Example
    void noKernelReadsItAsItIs() {
        DisentangledBias bias = new DisentangledBias(new float[0], new float[0], 2, new int[1], new int[1][1]);
        assertThrows(UnsupportedOperationException.class, () -> bias.rows(0, 0));
    }

    /** Ascending, with gaps where tokens are masked. */
    private static int[] positions(Random random, int tokens) {
        int[] positions = new int[tokens];
        for (int i = 0, next = 0; i < tokens; i++, next++) {
            next += random.nextInt(12) == 0 && next < tokens ? 1 : 0;
            positions[i] = next;
        }
        return positions;
    }

    private static int[] distinct(Random random, int tokens) {
        return tokens == 0
                ? new int[0]
                : random.ints(1 + random.nextInt(tokens), 0, tokens).distinct().toArray();
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = 0.7f * (float) random.nextGaussian();
        }
        return numbers;
    }
}
