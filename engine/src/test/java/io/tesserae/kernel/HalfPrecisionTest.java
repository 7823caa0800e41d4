package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Weights that stay 16 bits: the bits of the same weights as float32, on the scalar kernels. At every width that the build tries.
 */
class HalfPrecisionTest {

    private static final Engine SCALAR =
            Engine.builder().kernels(Kernels.scalar()).threads(1).build();
    private static final Engine VECTOR =
            Engine.builder().kernels(new VectorKernels()).threads(2).build();

    /** Those that round each value by itself; INT8 is {@link BytePrecisionTest}'s. */
    private static final Set<Precision> VALUES = EnumSet.complementOf(EnumSet.of(Precision.INT8));

    @Provide
    Arbitrary<Precision> values() {
        return Arbitraries.of(VALUES);
    }

    @Property(tries = 200)
    void productsAreThoseOfFloat32(
            @ForAll("values") Precision precision,
            @ForAll @IntRange(min = 1, max = 100) int rows,
            @ForAll @IntRange(min = 1, max = 130) int inFeatures,
            @ForAll @IntRange(min = 1, max = 140) int outFeatures,
            @ForAll boolean large,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = activations(random, rows * inFeatures, large);
        float[] weight = weights(random, precision, outFeatures * inFeatures);
        assertSameBits(precision, rows, inFeatures, outFeatures, x, weight);
    }

    /** One row, as in a decoder's step, has tiles of its own, and wider ones; so may a few. */
    @Property(tries = 300)
    void soAreThoseOfFewRows(
            @ForAll("values") Precision precision,
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll @IntRange(min = 1, max = 70) int inFeatures,
            @ForAll @IntRange(min = 1, max = 500) int outFeatures,
            @ForAll boolean large,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = activations(random, rows * inFeatures, large);
        float[] weight = weights(random, precision, outFeatures * inFeatures);
        assertSameBits(precision, rows, inFeatures, outFeatures, x, weight);
    }

    /** Sums that wait between blocks of the depth, and several blocks of rows. */
    @Example
    void soAreProductsOfSeveralBlocks() {
        Random random = new Random(7);
        for (Precision precision : VALUES) {
            for (int[] shape : new int[][] {{5, 1700, 70}, {90, 3072, 64}, {400, 800, 33}, {13, 6000, 40}}) {
                float[] x = activations(random, shape[0] * shape[1], false);
                x[shape[1] * (shape[0] / 2)] = 1e30f; // one tile's activations cannot be scaled
                float[] weight = weights(random, precision, shape[2] * shape[1]);
                assertSameBits(precision, shape[0], shape[1], shape[2], x, weight);
            }
        }
    }

    /** Infinite and huge weights, and NaN, have no code as float16: they are kept as float32. */
    @Example
    void weightsWithoutACodeAreKeptAsFloat32() {
        for (float odd : new float[] {128f, -65504f, Float.POSITIVE_INFINITY, Float.NaN}) {
            float[] weight = weights(new Random(3), Precision.FLOAT16, 64 * 20);
            weight[777] = odd;
            assertEquals(
                    Precision.FLOAT32,
                    pack(VECTOR, Precision.FLOAT16, 64, 20, weight).precision());
            float[] x = activations(new Random(4), 3 * 20, false);
            assertSameBits(Precision.FLOAT16, 3, 20, 64, x, weight);
        }
    }

    /** Nothing is rounded when it is packed: who says that values have 16 bits, and they do not, has float32. */
    @Example
    void valuesOfMoreBitsAreNotRounded() {
        for (Precision precision : new Precision[] {Precision.FLOAT16, Precision.BFLOAT16}) {
            float[] weight = weights(new Random(5), precision, 64 * 20);
            weight[5] = 0.1f;
            assertEquals(
                    Precision.FLOAT32, pack(VECTOR, precision, 64, 20, weight).precision());
        }
    }

    @Example
    void theyStay16BitsWhereThereAreRegistersForTheirTile() {
        for (Precision precision : VALUES) {
            PackedMatrix packed = pack(VECTOR, precision, 70, 20, weights(new Random(6), precision, 70 * 20));
            assertEquals(VECTOR.machine().kernels().keepsHalves() ? precision : Precision.FLOAT32, packed.precision());
            assertEquals(packed.precision() != Precision.FLOAT32, packed.isHalf());
        }
    }

    /** All 65,536 of them. */
    @Example
    void everyValueHasItsCodeOrIsSaidToHaveNone() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertRoundTrip(Precision.FLOAT16, Float.float16ToFloat((short) bits), 128f);
            assertRoundTrip(Precision.BFLOAT16, Float.intBitsToFloat(bits << 16), Float.POSITIVE_INFINITY);
        }
    }

    private static void assertRoundTrip(Precision precision, float weight, float end) {
        int code = HalfCode.encode(precision, weight);
        boolean expected = precision == Precision.BFLOAT16 || Math.abs(weight) < end;
        assertEquals(expected, (code & HalfCode.INEXACT) == 0, () -> precision + " " + weight);
        if (expected) {
            float decoded = HalfCode.decode(precision, code & 0xFFFF);
            float found = precision == Precision.FLOAT16 ? decoded * HalfCode.FLOAT16_FACTOR : decoded;
            assertEquals(
                    Float.floatToRawIntBits(weight), Float.floatToRawIntBits(found), () -> precision + " " + weight);
        }
    }

    /** Any float32 has a code only if the code is exactly that; a few small ones have one that float16 itself rounds. */
    @Property(tries = 2000)
    void noOtherFloatHasACode(@ForAll int bits) {
        assertCode(bits);
        assertCode(bits & 0xFFFF_E000); // of these a good part has one
    }

    private static void assertCode(int bits) {
        float weight = Float.intBitsToFloat(bits);
        float magnitude = Math.abs(weight);
        boolean half = (bits & 0x1FFF) == 0 && magnitude < 128f && (magnitude == 0f || magnitude >= 0x1p-24f);
        int code = HalfCode.encode(Precision.FLOAT16, weight);
        assertEquals(half, (code & HalfCode.INEXACT) == 0, () -> "float16 " + weight);
        if (half) {
            assertRoundTrip(Precision.FLOAT16, weight, 128f);
        }
        boolean upper = (bits & 0xFFFF) == 0;
        assertEquals(
                upper,
                (HalfCode.encode(Precision.BFLOAT16, weight) & HalfCode.INEXACT) == 0,
                () -> "bfloat16 " + weight);
    }

    private static void assertSameBits(
            Precision precision, int rows, int inFeatures, int outFeatures, float[] x, float[] weight) {
        int[] expected = multiply(SCALAR, Precision.FLOAT32, rows, inFeatures, outFeatures, x, weight);
        assertArrayEquals(expected, multiply(VECTOR, precision, rows, inFeatures, outFeatures, x, weight));
        assertArrayEquals(expected, multiply(SCALAR, precision, rows, inFeatures, outFeatures, x, weight));
    }

    private static int[] multiply(
            Engine engine, Precision precision, int rows, int inFeatures, int outFeatures, float[] x, float[] weight) {
        float[] out = new float[rows * outFeatures];
        float[] bias = ParallelKernels.paddedBias(engine.machine(), outFeatures);
        Arrays.fill(bias, 0, outFeatures, 0.25f);
        try (Workspace workspace = engine.machine().workspace()) {
            ParallelKernels.multiply(
                    workspace,
                    new MatrixView(x, 0, inFeatures),
                    rows,
                    pack(engine, precision, outFeatures, inFeatures, weight),
                    bias,
                    new Epilogue.Activate(Activation.LINEAR),
                    out);
        }
        int[] bits = new int[out.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(out[i]);
        }
        return bits;
    }

    private static PackedMatrix pack(
            Engine engine, Precision precision, int outFeatures, int inFeatures, float[] weight) {
        return PackedMatrix.pack(
                engine.machine(),
                precision,
                outFeatures,
                inFeatures,
                (first, count, destination) ->
                        System.arraycopy(weight, first * inFeatures, destination, 0, count * inFeatures));
    }

    /** Of usual size, some zeros and some very small ones; or one that is too large to be scaled. */
    private static float[] activations(Random random, int count, boolean large) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
            switch (random.nextInt(20)) {
                case 0 -> values[i] = 0f;
                case 1 -> values[i] *= 1e-41f;
                default -> {}
            }
        }
        if (large) {
            values[random.nextInt(count)] = 1e8f * (float) random.nextGaussian();
        }
        return values;
    }

    /** Of usual size; zeros of both signs, the smallest there are, and the largest that have a code. */
    private static float[] weights(Random random, Precision precision, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            float value = 0.05f * (float) random.nextGaussian();
            values[i] = precision.round(
                    switch (random.nextInt(30)) {
                        case 0 -> 0f * value;
                        case 1 -> Math.copySign(0x1p-24f, value);
                        case 2 -> value * 0x1p-16f;
                        case 3 -> Math.copySign(127.9375f, value);
                        default -> value;
                    });
        }
        return values;
    }
}
