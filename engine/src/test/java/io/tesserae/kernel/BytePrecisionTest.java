package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Weights of 8 bits: their sum is that of the codes, then scaled; the same bits on the scalar kernels and at every width. */
class BytePrecisionTest {

    private static final Engine SCALAR =
            Engine.builder().kernels(Kernels.scalar()).threads(1).build();
    private static final Engine VECTOR =
            Engine.builder().kernels(new VectorKernels()).threads(2).build();

    @Property(tries = 300)
    void productsAreSumsOfCodesTimesTheScale(
            @ForAll @IntRange(min = 1, max = 70) int rows,
            @ForAll @IntRange(min = 1, max = 130) int inFeatures,
            @ForAll @IntRange(min = 1, max = 200) int outFeatures,
            @ForAll long seed) {
        assertSameBits(rows, inFeatures, outFeatures, seed);
    }

    @Property(tries = 200)
    void soAreThoseOfFewRows(
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll @IntRange(min = 1, max = 70) int inFeatures,
            @ForAll @IntRange(min = 1, max = 500) int outFeatures,
            @ForAll long seed) {
        assertSameBits(rows, inFeatures, outFeatures, seed);
    }

    /** Sums that wait between blocks of the depth, and several blocks of rows. */
    @Example
    void soAreProductsOfSeveralBlocks() {
        for (int[] shape : new int[][] {{1, 3072, 70}, {5, 1700, 70}, {90, 3072, 64}, {400, 800, 33}, {13, 6000, 40}}) {
            assertSameBits(shape[0], shape[1], shape[2], 7);
        }
    }

    /** Each value is off by half a step at most; the largest of a row is not off at all, and zero is zero. */
    @Property(tries = 500)
    void codesAreTheNearestOfTheirRow(@ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed) {
        float[] row = weights(new Random(seed), 1, count);
        float scale = ByteCode.scale(row, 0, count);
        for (float value : row) {
            int code = ByteCode.encode(value, scale);
            assertTrue(Math.abs(code) <= ByteCode.MOST, () -> value + " has code " + code);
            double most = 0.5000001 * Math.max(scale, ByteCode.MOST * Float.MIN_NORMAL);
            assertTrue(Math.abs((double) code * scale - value) <= most, () -> value + " has code " + code);
            assertEquals(-code, ByteCode.encode(-value, scale));
        }
    }

    @Example
    void rowsOfNothingHaveNoScale() {
        assertEquals(0f, ByteCode.scale(new float[8], 0, 8));
        assertEquals(0f, ByteCode.scale(new float[] {Float.MIN_VALUE, -1e-40f}, 0, 2));
        assertEquals(0, ByteCode.encode(1e-40f, 0f));
        assertTrue(Float.isFinite(ByteCode.scale(new float[] {Float.MAX_VALUE}, 0, 1)));
    }

    /** What the kernels that serve until vectors are compiled read: the codes of a packed weight, as they were. */
    @Example
    void packedRowsAreRead() {
        int inFeatures = 19;
        int outFeatures = 150;
        float[] weight = weights(new Random(9), outFeatures, inFeatures);
        PackedMatrix scalar = pack(SCALAR, outFeatures, inFeatures, weight);
        PackedMatrix vector = pack(VECTOR, outFeatures, inFeatures, weight);
        assertEquals(VECTOR.machine().kernels().keepsHalves() ? Precision.INT8 : Precision.FLOAT32, vector.precision());
        for (int first : new int[] {0, 1, 70, 149}) {
            float[] expected = new float[inFeatures];
            float[] found = new float[inFeatures];
            scalar.readRows(first, 1, expected);
            vector.readRows(first, 1, found);
            assertArrayEquals(expected, found);
            assertEquals(scalar.scales()[first], vector.scales()[first]);
        }
    }

    private static void assertSameBits(int rows, int inFeatures, int outFeatures, long seed) {
        Random random = new Random(seed);
        float[] x = new float[rows * inFeatures];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(9) == 0 ? 0f : (float) random.nextGaussian();
        }
        float[] weight = weights(random, outFeatures, inFeatures);
        int[] scalar = multiply(SCALAR, rows, inFeatures, outFeatures, x, weight);
        assertArrayEquals(scalar, multiply(VECTOR, rows, inFeatures, outFeatures, x, weight));
        assertArrayEquals(scalar, defined(rows, inFeatures, outFeatures, x, weight));
        assertArrayEquals(scalar, fromRows(rows, inFeatures, outFeatures, x, weight));
    }

    /** The formula, from the weights as they are stored. */
    private static int[] defined(int rows, int inFeatures, int outFeatures, float[] x, float[] weight) {
        int[] bits = new int[rows * outFeatures];
        for (int column = 0; column < outFeatures; column++) {
            float scale = ByteCode.scale(weight, column * inFeatures, inFeatures);
            for (int row = 0; row < rows; row++) {
                float sum = 0f;
                for (int k = 0; k < inFeatures; k++) {
                    int code = ByteCode.encode(weight[column * inFeatures + k], scale);
                    sum = Math.fma(x[row * inFeatures + k], (float) code, sum);
                }
                bits[row * outFeatures + column] = Float.floatToIntBits(Math.fma(scale, sum, bias(column)));
            }
        }
        return bits;
    }

    private static int[] multiply(Engine engine, int rows, int inFeatures, int outFeatures, float[] x, float[] weight) {
        float[] out = new float[rows * outFeatures];
        try (Workspace workspace = engine.machine().workspace()) {
            ParallelKernels.multiply(
                    workspace,
                    new MatrixView(x, 0, inFeatures),
                    rows,
                    pack(engine, outFeatures, inFeatures, weight),
                    biases(engine, outFeatures),
                    new Epilogue.Activate(Activation.LINEAR),
                    out);
        }
        return bits(out);
    }

    /** As {@link WarmingKernels} begin. */
    private static int[] fromRows(int rows, int inFeatures, int outFeatures, float[] x, float[] weight) {
        float[] out = new float[rows * outFeatures];
        WeightMatrix matrix = WeightMatrix.load(
                VECTOR.machine(), Precision.INT8, outFeatures, inFeatures, reader(inFeatures, weight), false);
        try (Workspace workspace = VECTOR.machine().workspace()) {
            StoredProduct.multiply(
                    workspace,
                    new MatrixView(x, 0, inFeatures),
                    matrix,
                    biases(VECTOR, outFeatures),
                    ProductExtent.whole(rows, outFeatures),
                    Epilogue.NONE,
                    new MatrixView(out, 0, outFeatures));
        }
        return bits(out);
    }

    private static float[] biases(Engine engine, int outFeatures) {
        float[] bias = ParallelKernels.paddedBias(engine.machine(), outFeatures);
        for (int column = 0; column < outFeatures; column++) {
            bias[column] = bias(column);
        }
        return bias;
    }

    private static float bias(int column) {
        return 0.1f * (column % 7);
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    private static PackedMatrix pack(Engine engine, int outFeatures, int inFeatures, float[] weight) {
        return PackedMatrix.pack(engine.machine(), Precision.INT8, outFeatures, inFeatures, reader(inFeatures, weight));
    }

    private static PackedMatrix.RowReader reader(int inFeatures, float[] weight) {
        return (first, count, destination) ->
                System.arraycopy(weight, first * inFeatures, destination, 0, count * inFeatures);
    }

    /** Rows of different sizes, one of zeros, one too small for a scale, and values of both signs that are equal. */
    private static float[] weights(Random random, int outFeatures, int inFeatures) {
        float[] values = new float[outFeatures * inFeatures];
        for (int row = 0; row < outFeatures; row++) {
            float size = switch (random.nextInt(12)) {
                case 0 -> 0f;
                case 1 -> 1e-39f;
                case 2 -> 1e4f;
                default -> 0.05f;
            };
            for (int k = 0; k < inFeatures; k++) {
                values[row * inFeatures + k] = size * (float) random.nextGaussian();
            }
        }
        return values;
    }
}
