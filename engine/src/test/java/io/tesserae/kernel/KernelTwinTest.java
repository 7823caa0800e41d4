package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Every vector kernel against its scalar definition, bit by bit. The build runs this class again at other vector widths:
 * see the executions in the module's pom.
 */
class KernelTwinTest {

    private static final Kernels SCALAR = Kernels.scalar();
    private static final Kernels VECTOR = new VectorKernels();
    private static final Engine SCALAR_ENGINE =
            Engine.builder().kernels(SCALAR).threads(1).build();
    private static final Engine VECTOR_ENGINE =
            Engine.builder().kernels(VECTOR).threads(2).build();

    @Example
    void runsAtTheWidthThatTheBuildAskedFor() {
        String expected = System.getProperty("tesserae.test.vectorBits");
        if (expected != null) {
            assertEquals("vector, " + expected + " bits", VECTOR.description());
        }
    }

    /** Narrower ones have no instructions for all of it, and then every vector is an object. */
    @Example
    void onlyVectorsOf128BitsAndMoreAreChosen() {
        Kernels best = Kernels.best();
        assertEquals(VectorKernels.vectorBits() >= 128 ? VectorKernels.class : ScalarKernels.class, best.getClass());
    }

    @Property(tries = 150)
    void productsAreEqual(
            @ForAll @IntRange(min = 1, max = 100) int rows,
            @ForAll @IntRange(min = 1, max = 130) int inFeatures,
            @ForAll @IntRange(min = 1, max = 130) int outFeatures,
            @ForAll @IntRange(min = 0, max = 3) int epilogue,
            @ForAll long seed) {
        Random random = new Random(seed);
        Tensor x = values(random, rows, inFeatures);
        Tensor weight = values(random, outFeatures, inFeatures);
        float[] bias = values(random, outFeatures).data();
        Epilogue chosen = switch (epilogue) {
            case 0 -> Epilogue.NONE;
            case 1 -> new Epilogue.Activate(Activation.GELU);
            case 2 ->
                new Epilogue.ScaleAddResidual(
                        values(random, outFeatures).data(),
                        values(random, rows, outFeatures).data());
            default ->
                new Epilogue.AddResidual(values(random, rows, outFeatures).data());
        };
        assertBitsEqual(
                multiply(SCALAR_ENGINE, x, weight, bias, chosen), multiply(VECTOR_ENGINE, x, weight, bias, chosen));
    }

    @Example
    void productsDeeperThanOneBlockAndTallerThanOneBlockOfRowsAreEqual() {
        Random random = new Random(5);
        for (int[] shape : new int[][] {
            {17, 1700, 40}, {400, 800, 33}, {13, 768, 64}, {16, 769, 65}, {97, 3072, 31}, {300, 2000, 40}
        }) {
            Tensor x = values(random, shape[0], shape[1]);
            Tensor weight = values(random, shape[2], shape[1]);
            float[] bias = values(random, shape[2]).data();
            Epilogue residual =
                    new Epilogue.AddResidual(values(random, shape[0], shape[2]).data());
            assertBitsEqual(
                    multiply(SCALAR_ENGINE, x, weight, bias, residual),
                    multiply(VECTOR_ENGINE, x, weight, bias, residual));
            Epilogue scaled = new Epilogue.ScaleAddResidual(
                    values(random, shape[2]).data(),
                    values(random, shape[0], shape[2]).data());
            assertBitsEqual(
                    multiply(SCALAR_ENGINE, x, weight, bias, scaled), multiply(VECTOR_ENGINE, x, weight, bias, scaled));
        }
    }

    /**
     * Blocks of any width, or as wide as two or four tiles so that they can take turns, and some of the columns: the same bits in
     * other places, and nothing behind the last column.
     */
    @Property(tries = 150)
    void productsIntoBlocksOfColumnsAreTheSame(
            @ForAll @IntRange(min = 1, max = 80) int rows,
            @ForAll @IntRange(min = 1, max = 50) int inFeatures,
            @ForAll @IntRange(min = 1, max = 50) int size,
            @ForAll boolean wholeTiles,
            @ForAll @IntRange(min = 1, max = 4) int blocks,
            @ForAll @IntRange(min = 0, max = 3) int epilogue,
            @ForAll long seed) {
        Random random = new Random(seed);
        int blockColumns = wholeTiles ? 64 + size % 2 * 64 : size;
        int columns = blocks * blockColumns;
        int cut = wholeTiles && random.nextBoolean() ? blockColumns : 1;
        int first = random.nextInt(columns) / cut * cut;
        int end = first + cut * (1 + random.nextInt((columns - first) / cut));
        Tensor x = values(random, rows, inFeatures);
        Tensor weight = values(random, columns, inFeatures);
        float[] bias = values(random, columns).data();
        Epilogue chosen = switch (epilogue) {
            case 0 -> Epilogue.NONE;
            case 1 -> new Epilogue.Activate(Activation.GELU);
            case 2 ->
                new Epilogue.ScaleAddResidual(
                        values(random, columns).data(),
                        values(random, rows, columns).data());
            default -> new Epilogue.AddResidual(values(random, rows, columns).data());
        };
        float[] expected = multiply(SCALAR_ENGINE, x, weight, bias, chosen);
        for (Engine engine : new Engine[] {SCALAR_ENGINE, VECTOR_ENGINE}) {
            float[] data = new float[5 + rows * columns];
            Arrays.fill(data, Float.NaN);
            MatrixView out = new MatrixView(data, 5, blockColumns, blockColumns, rows * blockColumns);
            multiply(engine, x, weight, first, end, bias, chosen, out);
            for (int row = 0; row < rows; row++) {
                for (int column = first; column < columns; column++) {
                    float wanted = column < end ? expected[row * columns + column] : Float.NaN;
                    assertEquals(Float.floatToRawIntBits(wanted), Float.floatToRawIntBits(data[out.at(row, column)]));
                }
            }
        }
    }

    private static float[] multiply(Engine engine, Tensor x, Tensor weight, float[] bias, Epilogue epilogue) {
        int outFeatures = weight.dimension(0);
        float[] out = new float[x.dimension(0) * outFeatures];
        multiply(engine, x, weight, 0, outFeatures, bias, epilogue, new MatrixView(out, 0, outFeatures));
        return out;
    }

    private static void multiply(
            Engine engine,
            Tensor x,
            Tensor weight,
            int firstColumn,
            int endColumn,
            float[] bias,
            Epilogue epilogue,
            MatrixView out) {
        float[] padded = ParallelKernels.paddedBias(engine.machine(), weight.dimension(0));
        System.arraycopy(bias, 0, padded, 0, bias.length);
        try (Workspace workspace = engine.machine().workspace()) {
            ParallelKernels.multiply(
                    workspace,
                    new MatrixView(x.data(), 0, x.dimension(1)),
                    PackedMatrix.pack(engine.machine(), weight),
                    padded,
                    new ProductExtent(0, x.dimension(0), firstColumn, endColumn, out.blockColumns()),
                    epilogue,
                    out);
        }
    }

    @Property(tries = 100)
    void attentionIsEqual(
            @ForAll @IntRange(min = 1, max = 70) int queries,
            @ForAll @IntRange(min = 0, max = 70) int keys,
            @ForAll @IntRange(min = 1, max = 40) int headSize,
            @ForAll @IntRange(min = 1, max = 3) int heads,
            @ForAll long seed) {
        Random random = new Random(seed);
        int hidden = heads * headSize;
        // Two sequences each, so that starts other than zero are tried.
        int[] queryStarts = {0, 3, 3 + queries};
        int[] keyStarts = {0, 2, 2 + keys};
        Tensor q = values(random, 3 + queries, hidden);
        Tensor kv = values(random, 2 + keys, 2 * hidden);
        int maps = 2;
        float[][][] probabilities = new float[maps][][];
        float[][] contexts = new float[maps][];
        Engine[] engines = {SCALAR_ENGINE, VECTOR_ENGINE};
        for (int i = 0; i < maps; i++) {
            contexts[i] = new float[q.size()];
            probabilities[i] = new float[][] {new float[heads * 3 * 2], new float[heads * queries * keys]};
            AttentionOperands operands = new AttentionOperands(
                    new MatrixView(q.data(), 0, hidden),
                    new MatrixView(kv.data(), 0, 2 * hidden),
                    new MatrixView(kv.data(), hidden, 2 * hidden),
                    new MatrixView(contexts[i], 0, hidden),
                    new AttentionShape(heads, heads, headSize, headSize, 0.37f));
            AttentionPattern pattern = AttentionPattern.everything(queryStarts, keyStarts);
            try (Workspace workspace = engines[i].machine().workspace()) {
                ParallelKernels.attend(workspace, operands, pattern, new AttentionMaps(probabilities[i]));
            }
        }
        assertBitsEqual(contexts[0], contexts[1]);
        assertBitsEqual(probabilities[0][0], probabilities[1][0]);
        assertBitsEqual(probabilities[0][1], probabilities[1][1]);
    }

    /** Heads that lie by themselves, as the model has them, against heads side by side. */
    @Property(tries = 50)
    void attentionOfHeadsByThemselvesIsTheSame(
            @ForAll @IntRange(min = 1, max = 50) int tokens,
            @ForAll @IntRange(min = 1, max = 40) int headSize,
            @ForAll @IntRange(min = 1, max = 3) int heads,
            @ForAll long seed) {
        int hidden = heads * headSize;
        Tensor rows = values(new Random(seed), tokens, 3 * hidden);
        float[] blocks = new float[rows.size()];
        MatrixView sideBySide = new MatrixView(rows.data(), 0, 3 * hidden);
        MatrixView byThemselves = new MatrixView(blocks, 0, headSize, headSize, tokens * headSize);
        for (int row = 0; row < tokens; row++) {
            for (int column = 0; column < 3 * hidden; column++) {
                blocks[byThemselves.at(row, column)] = rows.data()[sideBySide.at(row, column)];
            }
        }
        int part = tokens * hidden;
        float[] expected = attend(
                SCALAR_ENGINE,
                sideBySide,
                new MatrixView(rows.data(), hidden, 3 * hidden),
                new MatrixView(rows.data(), 2 * hidden, 3 * hidden),
                tokens,
                heads,
                headSize);
        for (Engine engine : new Engine[] {SCALAR_ENGINE, VECTOR_ENGINE}) {
            float[] found = attend(
                    engine,
                    byThemselves,
                    new MatrixView(blocks, part, headSize, headSize, tokens * headSize),
                    new MatrixView(blocks, 2 * part, headSize, headSize, tokens * headSize),
                    tokens,
                    heads,
                    headSize);
            assertBitsEqual(expected, found);
        }
    }

    private static float[] attend(
            Engine engine,
            MatrixView queries,
            MatrixView keys,
            MatrixView values,
            int tokens,
            int heads,
            int headSize) {
        float[] context = new float[tokens * heads * headSize];
        int[] starts = {0, tokens};
        try (Workspace workspace = engine.machine().workspace()) {
            ParallelKernels.attend(
                    workspace,
                    new AttentionOperands(
                            queries,
                            keys,
                            values,
                            new MatrixView(context, 0, heads * headSize),
                            new AttentionShape(heads, heads, headSize, headSize, 0.3f)),
                    AttentionPattern.everything(starts, starts),
                    AttentionMaps.NONE);
        }
        return context;
    }

    @Example
    void attentionAfterAProductAndOverMoreKeysThanItsDepthIsEqual() {
        Random random = new Random(11);
        int keys = 900;
        int headSize = 8;
        Tensor x = values(random, 30, 40);
        Tensor weight = values(random, 70, 40);
        Tensor qkv = values(random, keys, 3 * headSize);
        int[] starts = {0, keys};
        float[][] contexts = new float[2][keys * headSize];
        Engine[] engines = {SCALAR_ENGINE, VECTOR_ENGINE};
        for (int i = 0; i < 2; i++) {
            multiply(engines[i], x, weight, new float[70], Epilogue.NONE);
            AttentionOperands operands = new AttentionOperands(
                    new MatrixView(qkv.data(), 0, 3 * headSize),
                    new MatrixView(qkv.data(), headSize, 3 * headSize),
                    new MatrixView(qkv.data(), 2 * headSize, 3 * headSize),
                    new MatrixView(contexts[i], 0, headSize),
                    new AttentionShape(1, 1, headSize, headSize, 0.2f));
            AttentionPattern pattern = AttentionPattern.everything(starts, starts);
            try (Workspace workspace = engines[i].machine().workspace()) {
                ParallelKernels.attend(workspace, operands, pattern, AttentionMaps.NONE);
            }
        }
        assertBitsEqual(contexts[0], contexts[1]);
    }

    @Property(tries = 100)
    void layerNormIsEqual(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 200) int columns,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, rows, columns).data();
        float[] weight = values(random, columns).data();
        float[] bias = values(random, columns).data();
        float[] expected = new float[x.length];
        SCALAR.layerNorm(x, 0, rows, columns, weight, bias, 1e-12f, expected);
        VECTOR.layerNorm(x, 0, rows, columns, weight, bias, 1e-12f, x);
        assertBitsEqual(expected, x);
    }

    @Property(tries = 150)
    void gatesAreEqual(
            @ForAll Activation activation,
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 130) int columns,
            @ForAll long seed) {
        Tensor x = values(new Random(seed), rows, 2 * columns);
        Tensor[] out = {Tensor.zeros(rows, columns), Tensor.zeros(rows, columns)};
        Engine[] engines = {SCALAR_ENGINE, VECTOR_ENGINE};
        for (int i = 0; i < 2; i++) {
            try (Workspace workspace = engines[i].machine().workspace()) {
                ParallelKernels.gate(workspace, activation, x, out[i]);
            }
        }
        assertBitsEqual(out[0].data(), out[1].data());
        for (int i = 0; i < out[0].size(); i++) {
            float gate = x.get(i / columns, i % columns);
            float up = x.get(i / columns, columns + i % columns);
            assertEquals(ElementaryFunctions.activate(activation, gate) * up, out[0].data()[i]);
        }
    }

    @Property(tries = 100)
    void rmsNormIsEqual(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 200) int columns,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, rows, columns).data();
        float[] weight = values(random, columns).data();
        float[] original = x.clone();
        float[] expected = new float[x.length];
        SCALAR.rmsNorm(x, 0, rows, columns, weight, 1e-6f, expected);
        VECTOR.rmsNorm(x, 0, rows, columns, weight, 1e-6f, x);
        assertBitsEqual(expected, x);
        for (int row = 0; row < rows; row++) {
            double squares = 1e-6 * columns;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                squares += (double) original[i] * original[i];
            }
            for (int i = 0; i < columns; i++) {
                double value = original[row * columns + i] / Math.sqrt(squares / columns) * weight[i];
                assertEquals(value, expected[row * columns + i], 1e-5 * Math.max(1, Math.abs(value)));
            }
        }
    }

    @Property(tries = 100)
    void standardizedRowsAreEqual(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 200) int columns,
            @ForAll long seed) {
        float[] x = values(new Random(seed), rows, columns).data();
        float[] original = x.clone();
        float[] expected = new float[x.length];
        SCALAR.standardize(x, 0, rows, columns, 1e-5f, expected);
        VECTOR.standardize(x, 0, rows, columns, 1e-5f, x);
        assertBitsEqual(expected, x);
        for (int row = 0; row < rows; row++) {
            double mean = 0;
            double squares = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                mean += original[i] / (double) columns;
            }
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                squares += (original[i] - mean) * (original[i] - mean);
            }
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                double value = (original[i] - mean) / Math.sqrt(squares / columns + 1e-5);
                assertEquals(value, expected[i], columns == 1 ? 1e-2 : 1e-3);
            }
        }
    }

    @Property(tries = 100)
    void meansOfRowsAreEqual(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 200) int columns,
            @ForAll long seed) {
        float[] x = values(new Random(seed), rows, columns).data();
        float[] expected = new float[rows];
        float[] means = new float[rows];
        SCALAR.means(x, 0, rows, columns, expected);
        VECTOR.means(x, 0, rows, columns, means);
        assertBitsEqual(expected, means);
        for (int row = 0; row < rows; row++) {
            double mean = 0;
            double largest = 1;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                mean += x[i] / (double) columns;
                largest = Math.max(largest, Math.abs(x[i]));
            }
            assertEquals(mean, means[row], 1e-6 * largest);
        }
    }

    @Property(tries = 100)
    void scaledRowsAreEqual(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 9) int period,
            @ForAll @IntRange(min = 1, max = 70) int columns,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, rows, columns).data();
        float[] original = x.clone();
        float[] scale = values(random, period).data();
        float[] shift = values(random, period).data();
        float[] expected = new float[x.length];
        SCALAR.scaleRows(x, 0, rows, columns, scale, shift, period, expected);
        VECTOR.scaleRows(x, 0, rows, columns, scale, shift, period, x);
        assertBitsEqual(expected, x);
        for (int i = 0; i < x.length; i++) {
            int channel = i / columns % period;
            assertEquals(Math.fma(original[i], scale[channel], shift[channel]), x[i]);
        }
    }

    /** All of a row's channels or some, in blocks of columns that lie anywhere; what is not turned stays as it is. */
    @Property(tries = 200)
    void rotatedRowsAreEqual(
            @ForAll boolean interleaved,
            @ForAll @IntRange(min = 0, max = 45) int pairs,
            @ForAll @IntRange(min = 0, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 4) int heads,
            @ForAll long seed) {
        Random random = new Random(seed);
        int channels = 2 * pairs;
        int headSize = channels + random.nextInt(3) + 1;
        float[] cosines = values(random, 7, channels).data();
        float[] sines = values(random, 7, channels).data();
        RotaryTable table = new RotaryTable(cosines, sines, channels, interleaved);
        for (int i = 0; i < sines.length; i++) { // a pair's are alike but for the sign
            int partner = i / Math.max(1, channels) * channels + table.partner(i % Math.max(1, channels));
            sines[partner] = i < partner ? -sines[i] : sines[partner];
            cosines[partner] = cosines[i];
        }
        int[] positions = random.ints(rows, 0, 7).toArray();
        int headStride = rows * headSize + 2;
        float[] original = values(random, 3 + heads * headStride).data();
        float[][] turned = {original.clone(), original.clone()};
        Engine[] engines = {SCALAR_ENGINE, VECTOR_ENGINE};
        for (int i = 0; i < 2; i++) {
            try (Workspace workspace = engines[i].machine().workspace()) {
                MatrixView view = new MatrixView(turned[i], 3, headSize, headSize, headStride);
                ParallelKernels.rotate(workspace, table, view, heads, positions);
            }
        }
        assertBitsEqual(turned[0], turned[1]);
        for (int head = 0; head < heads; head++) {
            for (int row = 0; row < rows; row++) {
                int start = 3 + head * headStride + row * headSize;
                for (int i = 0; i < headSize; i++) {
                    int at = positions[row] * channels + i;
                    float expected = i < channels
                            ? Math.fma(original[start + table.partner(i)], sines[at], original[start + i] * cosines[at])
                            : original[start + i];
                    assertEquals(expected, turned[0][start + i]);
                }
            }
        }
    }

    @Property(tries = 100)
    void softmaxIsEqual(@ForAll @IntRange(min = 1, max = 100) int count, @ForAll long seed) {
        float[] expected = values(new Random(seed), 3 + count).data();
        float[] actual = expected.clone();
        SCALAR.softmax(expected, 3, count);
        VECTOR.softmax(actual, 3, count);
        assertBitsEqual(expected, actual);
    }

    @Property(tries = 100)
    void activationsAreEqual(
            @ForAll Activation activation, @ForAll @IntRange(min = 0, max = 70) int columns, @ForAll long seed) {
        Random random = new Random(seed);
        int stride = columns + 5;
        float[] expected = values(random, 3 * stride + 2).data();
        float[] actual = expected.clone();
        SCALAR.activate(activation, expected, 2, 3, columns, stride);
        VECTOR.activate(activation, actual, 2, 3, columns, stride);
        assertBitsEqual(expected, actual);
    }

    @Property(tries = 50)
    void addScaledIsEqual(@ForAll @IntRange(min = 0, max = 70) int count, @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, count + 4).data();
        float[] expected = values(random, count + 4).data();
        float[] actual = expected.clone();
        SCALAR.addScaled(0.7f, x, 1, expected, 3, count);
        VECTOR.addScaled(0.7f, x, 1, actual, 3, count);
        assertBitsEqual(expected, actual);
    }

    @Property(tries = 150)
    void blendedRowsAreEqual(
            @ForAll @IntRange(min = 0, max = 150) int length,
            @ForAll @IntRange(min = 0, max = 40) int count,
            @ForAll boolean overflowing,
            @ForAll long seed) {
        Random random = new Random(seed);
        int stride = length + random.nextInt(4);
        byte[] rows = new byte[5 + count * stride + length];
        random.nextBytes(rows);
        // Of both signs and about one in sum, as a filter's are, so that values below 0 and above 255 come out; or any
        int[] weights = random.ints(3 + count, -(1 << 21), 1 << 21).toArray();
        if (overflowing) {
            Arrays.setAll(weights, i -> random.nextInt());
        }
        byte[] expected = new byte[length + 9];
        byte[] actual = new byte[length + 9];
        SCALAR.blendRows(rows, 5, stride, weights, 3, count, expected, 4, length);
        VECTOR.blendRows(rows, 5, stride, weights, 3, count, actual, 4, length);
        assertArrayEquals(expected, actual);
    }

    @Example
    void aBlendIsRoundedAndClamped() {
        int one = 1 << Kernels.BLEND_FRACTION_BITS;
        byte[] rows = {10, (byte) 200, 0, 20, (byte) 255, 1};
        for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
            byte[] out = new byte[3];
            kernels.blendRows(rows, 0, 3, new int[] {one / 2, one / 2}, 0, 2, out, 0, 3);
            assertArrayEquals(new byte[] {15, (byte) 228, 1}, out, "halves go up");
            kernels.blendRows(rows, 0, 3, new int[] {2 * one, -one}, 0, 2, out, 0, 3);
            assertArrayEquals(new byte[] {0, (byte) 145, 0}, out, "not below zero");
            kernels.blendRows(rows, 0, 3, new int[] {one, one}, 0, 2, out, 0, 3);
            assertArrayEquals(new byte[] {30, (byte) 255, 1}, out, "not above 255");
        }
    }

    /** Values of all magnitudes that models see, and some that they do not. */
    private static Tensor values(Random random, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            float magnitude = switch (random.nextInt(20)) {
                case 0 -> 0f;
                case 1 -> 30f;
                case 2 -> 1e-3f;
                default -> 1f;
            };
            tensor.data()[i] = magnitude * (float) random.nextGaussian();
        }
        return tensor;
    }

    private static void assertBitsEqual(float[] expected, float[] actual) {
        assertArrayEquals(bits(expected), bits(actual));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
