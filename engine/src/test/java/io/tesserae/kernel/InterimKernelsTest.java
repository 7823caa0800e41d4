package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tesserae.tensor.Precision;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is computed until vectors are compiled: the vector kernels' bits, also where those take over in the middle. */
class InterimKernelsTest {

    private static final Kernels INTERIM = new InterimKernels();
    private static final Kernels VECTOR = new VectorKernels();

    @Property(tries = 150)
    void productsAreEqual(
            @ForAll @IntRange(min = 1, max = 45) int rows,
            @ForAll @IntRange(min = 1, max = 100) int inFeatures,
            @ForAll @IntRange(min = 1, max = 100) int outFeatures,
            @ForAll @IntRange(min = 0, max = 3) int epilogue,
            @ForAll Precision precision,
            @ForAll long seed) {
        Operands operands = new Operands(rows, inFeatures, outFeatures, epilogue, precision, new Random(seed));
        assertArrayEquals(
                operands.multiply(VECTOR, VECTOR, inFeatures), operands.multiply(INTERIM, INTERIM, inFeatures));
    }

    @Property(tries = 100)
    void eitherGoesOnWithWhatTheOtherBegan(
            @ForAll @IntRange(min = 1, max = 80) int rows,
            @ForAll @IntRange(min = 2, max = 60) int inFeatures,
            @ForAll @IntRange(min = 1, max = 100) int outFeatures,
            @ForAll @IntRange(min = 0, max = 3) int epilogue,
            @ForAll Precision precision,
            @ForAll long seed) {
        Random random = new Random(seed);
        Operands operands = new Operands(rows, inFeatures, outFeatures, epilogue, precision, random);
        int firstDepth = 1 + random.nextInt(inFeatures - 1);
        int[] expected = operands.multiply(VECTOR, VECTOR, inFeatures);
        assertArrayEquals(expected, operands.multiply(INTERIM, VECTOR, firstDepth));
        assertArrayEquals(expected, operands.multiply(VECTOR, INTERIM, firstDepth));
    }

    /** A product in two parts of its depth, each with kernels of its own. */
    private static final class Operands {

        private final TileShape tile;
        private final int rows;
        private final int inFeatures;
        private final int outFeatures;
        private final float[] x;
        private final PackedMatrix weight;
        private final float[] bias;
        private final Epilogue epilogue;

        Operands(int rows, int inFeatures, int outFeatures, int epilogue, Precision precision, Random random) {
            this.rows = rows;
            this.inFeatures = inFeatures;
            this.outFeatures = outFeatures;
            x = values(random, rows * inFeatures);
            float[] stored = values(random, outFeatures * inFeatures);
            for (int i = 0; i < stored.length; i++) {
                stored[i] = precision.round(stored[i]);
            }
            if (random.nextBoolean()) {
                x[random.nextInt(x.length)] = 0x1p40f; // more than float16's activations can be scaled by
            }
            try (Engine engine = Engine.builder().kernels(VECTOR).threads(1).build()) {
                bias = Arrays.copyOf(
                        values(random, outFeatures), ParallelKernels.paddedBias(engine, outFeatures).length);
                weight = PackedMatrix.pack(
                        engine,
                        precision,
                        outFeatures,
                        inFeatures,
                        (first, count, destination) ->
                                System.arraycopy(stored, first * inFeatures, destination, 0, count * inFeatures));
            }
            tile = VECTOR.tileShape(rows, weight.precision());
            this.epilogue = switch (epilogue) {
                case 0 -> Epilogue.NONE;
                case 1 -> new Epilogue.Activate(Activation.GELU);
                case 2 -> new Epilogue.AddResidual(values(random, rows * outFeatures));
                default ->
                    new Epilogue.ScaleAddResidual(values(random, outFeatures), values(random, rows * outFeatures));
            };
        }

        /** The bits of the result. */
        int[] multiply(Kernels first, Kernels second, int firstDepth) {
            float[] out = new float[rows * outFeatures];
            float[] sums = new float[tile.coveredRows(rows) * tile.coveredColumns(outFeatures)];
            part(first, 0, firstDepth, sums, out);
            if (firstDepth < inFeatures) {
                part(second, firstDepth, inFeatures - firstDepth, sums, out);
            }
            int[] bits = new int[out.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToRawIntBits(out[i]);
            }
            return bits;
        }

        private void part(Kernels kernels, int firstInFeature, int depth, float[] sums, float[] out) {
            MatrixView matrix = new MatrixView(out, 0, outFeatures);
            Product product = new Product(
                    firstInFeature, depth, tile, sums, 0, rows, weight, outFeatures, bias, epilogue, matrix);
            float[] packed = new float[product.packedSize()];
            MatrixView view = new MatrixView(x, firstInFeature, inFeatures);
            for (int index = 0; index < tile.tilesOver(rows); index++) {
                ParallelKernels.packTile(kernels, view, product, index, packed);
            }
            Scratch scratch = new Scratch();
            for (int column = 0; column < outFeatures; column += tile.columns()) {
                kernels.multiply(product, packed, column, 0, scratch);
            }
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
