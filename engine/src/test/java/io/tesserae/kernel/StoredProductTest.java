package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What short texts are computed with until vectors are compiled: the bits of the scalar kernels and of the vector kernels. */
class StoredProductTest {

    @Property(tries = 150)
    void productsAreEqual(
            @ForAll @IntRange(min = 1, max = 45) int rows,
            @ForAll @IntRange(min = 1, max = 100) int inFeatures,
            @ForAll @IntRange(min = 1, max = 100) int outFeatures,
            @ForAll @IntRange(min = 0, max = 3) int epilogue,
            @ForAll Precision precision,
            @ForAll long seed) {
        Assume.that(precision != Precision.INT8); // packed when it is loaded: BytePrecisionTest
        Operands operands = new Operands(rows, inFeatures, outFeatures, epilogue, precision, new Random(seed));
        int[] expected = operands.packed(Kernels.scalar(), 0, outFeatures);
        assertArrayEquals(expected, operands.stored(0, outFeatures));
        assertArrayEquals(expected, operands.packed(new VectorKernels(), 0, outFeatures));
    }

    /** More weights than one task has, so that several threads share them. */
    @Property(tries = 10)
    void largeProductsAreEqual(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 700, max = 3100) int inFeatures,
            @ForAll @IntRange(min = 60, max = 130) int outFeatures,
            @ForAll long seed) {
        Operands operands = new Operands(rows, inFeatures, outFeatures, 1, Precision.FLOAT32, new Random(seed));
        assertArrayEquals(operands.packed(new VectorKernels(), 0, outFeatures), operands.stored(0, outFeatures));
    }

    /** As the last layer of a classifier wants keys and values, but no queries of most tokens. */
    @Property(tries = 100)
    void someColumnsAreThoseOfTheWholeProduct(
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 60) int inFeatures,
            @ForAll @IntRange(min = 2, max = 100) int outFeatures,
            @ForAll @IntRange(min = 0, max = 3) int epilogue,
            @ForAll long seed) {
        Random random = new Random(seed);
        Operands operands = new Operands(rows, inFeatures, outFeatures, epilogue, Precision.FLOAT32, random);
        int first = random.nextInt(outFeatures);
        int end = first + 1 + random.nextInt(outFeatures - first);
        int[] expected = operands.packed(Kernels.scalar(), 0, outFeatures);
        int[] found = operands.stored(first, end);
        for (int i = 0; i < expected.length; i++) {
            if (i % outFeatures < first || i % outFeatures >= end) {
                expected[i] = 0; // not written
            }
        }
        assertArrayEquals(expected, found);
    }

    private static final class Operands {

        private final int rows;
        private final int inFeatures;
        private final int outFeatures;
        private final float[] x;
        private final float[] weight;
        private final Precision precision;
        private final float[] bias;
        private final Epilogue epilogue;

        Operands(int rows, int inFeatures, int outFeatures, int epilogue, Precision precision, Random random) {
            this.rows = rows;
            this.inFeatures = inFeatures;
            this.outFeatures = outFeatures;
            this.precision = precision;
            x = values(random, rows * inFeatures);
            weight = values(random, outFeatures * inFeatures);
            for (int i = 0; i < weight.length; i++) {
                weight[i] = precision.round(weight[i]);
            }
            if (random.nextBoolean()) {
                x[random.nextInt(x.length)] = 0x1p40f; // more than float16's activations can be scaled by
            }
            bias = values(random, outFeatures);
            this.epilogue = switch (epilogue) {
                case 0 -> Epilogue.NONE;
                case 1 -> new Epilogue.Activate(Activation.GELU);
                case 2 -> new Epilogue.AddResidual(values(random, rows * outFeatures));
                default ->
                    new Epilogue.ScaleAddResidual(values(random, outFeatures), values(random, rows * outFeatures));
            };
        }

        int[] packed(Kernels kernels, int firstColumn, int endColumn) {
            float[] out = new float[rows * outFeatures];
            try (Engine engine = Engine.builder().kernels(kernels).threads(1).build();
                    Workspace workspace = engine.machine().workspace()) {
                PackedMatrix packed =
                        PackedMatrix.pack(engine.machine(), precision, outFeatures, inFeatures, this::read);
                float[] padded = Arrays.copyOf(bias, ParallelKernels.paddedBias(engine.machine(), outFeatures).length);
                ParallelKernels.multiply(
                        workspace,
                        new MatrixView(x, 0, inFeatures),
                        packed,
                        padded,
                        new ProductExtent(0, rows, firstColumn, endColumn, outFeatures),
                        epilogue,
                        new MatrixView(out, 0, outFeatures));
            }
            return bits(out);
        }

        int[] stored(int firstColumn, int endColumn) {
            float[] out = new float[rows * outFeatures];
            try (Engine engine = Engine.builder()
                            .kernels(new WarmingKernels())
                            .threads(2)
                            .build();
                    Workspace workspace = engine.machine().workspace()) {
                StoredProduct.multiply(
                        workspace,
                        new MatrixView(x, 0, inFeatures),
                        WeightMatrix.load(engine.machine(), precision, outFeatures, inFeatures, this::read, true),
                        bias,
                        new ProductExtent(0, rows, firstColumn, endColumn, outFeatures),
                        epilogue,
                        new MatrixView(out, 0, outFeatures));
            }
            return bits(out);
        }

        private void read(int first, int count, float[] destination) {
            System.arraycopy(weight, first * inFeatures, destination, 0, count * inFeatures);
        }

        private static int[] bits(float[] values) {
            int[] bits = new int[values.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToRawIntBits(values[i]);
            }
            return bits;
        }

        private static float[] values(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }
    }
}
