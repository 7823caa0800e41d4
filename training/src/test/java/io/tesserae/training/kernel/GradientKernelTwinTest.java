package io.tesserae.training.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Activation;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every vector kernel of training against its scalar definition, bit by bit. */
class GradientKernelTwinTest {

    private static final GradientKernels SCALAR = new ScalarGradientKernels();
    private static final GradientKernels VECTOR = new VectorGradientKernels();
    private static final float[] SPECIALS = {
        0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, -1e30f, 1e-40f, 3f, -3f, 6f, 10f
    };

    @Example
    void runsAtTheWidthThatTheBuildAskedFor() {
        String expected = System.getProperty("tesserae.test.vectorBits");
        if (expected != null) {
            assertEquals("vector, " + expected + " bits", Kernels.best().description());
        }
    }

    @Example
    void scalarKernelsHaveScalarOnesBesideThem() {
        assertInstanceOf(ScalarGradientKernels.class, GradientKernels.beside(Kernels.scalar()));
        assertInstanceOf(VectorGradientKernels.class, GradientKernels.beside(Kernels.best()));
    }

    @Property(tries = 150)
    void sumsDownColumnsAreEqual(
            @ForAll @IntRange(max = 11) int rows,
            @ForAll @IntRange(min = 1, max = 90) int columns,
            @ForAll @IntRange(max = 89) int cut,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, rows * columns);
        float[] sums = values(random, columns);
        int from = cut % columns;
        assertTwins(sums, (kernels, out) -> kernels.addColumnSums(x, rows, columns, from, columns, out));
        assertTwins(sums, (kernels, out) -> {
            kernels.addColumnSums(x, rows, columns, 0, from, out);
            kernels.addColumnSums(x, rows, columns, from, columns, out);
        });
        float[] whole = sums.clone();
        float[] parts = sums.clone();
        VECTOR.addColumnSums(x, rows, columns, 0, columns, whole);
        VECTOR.addColumnSums(x, rows, columns, from, columns, parts);
        VECTOR.addColumnSums(x, rows, columns, 0, from, parts);
        assertBitsEqual(whole, parts);
    }

    @Property(tries = 150)
    void layerNormsAreEqual(
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll @IntRange(min = 1, max = 100) int columns,
            @ForAll boolean adds,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, rows * columns);
        float[] gradient = values(random, rows * columns);
        float[] weight = values(random, columns);
        float[] statistics = new float[2 * rows];
        float[] before = values(random, rows * columns);
        assertTwins(before, (kernels, out) -> {
            float[] means = new float[rows];
            float[] scales = new float[rows];
            kernels.layerNorm(x, gradient, 0, rows, columns, weight, 1e-5f, means, scales, adds, out);
            System.arraycopy(means, 0, statistics, kernels == SCALAR ? 0 : rows, rows);
        });
        assertBitsEqual(Arrays.copyOf(statistics, rows), Arrays.copyOfRange(statistics, rows, 2 * rows));
        if (!adds) {
            assertTwins(
                    gradient,
                    (kernels, out) -> kernels.layerNorm(
                            x,
                            out,
                            rows / 2,
                            rows,
                            columns,
                            weight,
                            1e-5f,
                            new float[rows],
                            new float[rows],
                            false,
                            out));
        }
    }

    @Property(tries = 100)
    void gradientsOfLayerNormsParametersAreEqual(
            @ForAll @IntRange(max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 70) int columns,
            @ForAll @IntRange(max = 69) int cut,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, rows * columns);
        float[] gradient = values(random, rows * columns);
        float[] means = values(random, rows);
        float[] scales = values(random, rows);
        float[] bias = values(random, columns);
        int from = cut % columns;
        assertTwins(
                values(random, columns),
                (kernels, out) -> kernels.layerNormParameters(
                        x, gradient, rows, columns, from, columns, means, scales, out, bias.clone()));
        assertTwins(
                bias,
                (kernels, out) -> kernels.layerNormParameters(
                        x, gradient, rows, columns, from, columns, means, scales, new float[columns], out));
    }

    @Property(tries = 300)
    void activationsAreEqual(
            @ForAll Activation activation,
            @ForAll @IntRange(max = 5) int offset,
            @ForAll @IntRange(max = 100) int count,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, offset + count + 3);
        sprinkle(random, x);
        for (int i = 0; i < x.length; i += 3) {
            x[i] *= 8f;
        }
        float[] gradient = values(random, x.length);
        assertTwins(gradient, (kernels, out) -> kernels.activation(activation, x, out, offset, count, out));
    }

    @Property(tries = 150)
    void rowsAreEqual(
            @ForAll @IntRange(max = 5) int offset, @ForAll @IntRange(min = 1, max = 100) int count, @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = values(random, offset + count);
        float[] y = values(random, count + 7);
        float a = random.nextFloat();
        float[] out = values(random, count + 4);
        assertTwins(out, (kernels, result) -> kernels.softmax(x, offset, y, 7, count, result, 4));
        assertTwins(out, (kernels, result) -> kernels.scale(a, x, offset, count, result, 4));
        assertTwins(out, (kernels, result) -> kernels.add(x, offset, result, 4, count));
        assertTwins(out, (kernels, result) -> kernels.multiply(x, offset, y, 7, count, result, 4));
        assertTwins(out, (kernels, result) -> result[0] = kernels.dot(x, offset, y, 7, count));
        assertTwins(out, (kernels, result) -> result[0] = kernels.sumOfSquares(x, offset, count));
        assertTwins(out, (kernels, result) -> result[0] = kernels.logSumExp(x, offset, count));
        float[] average = values(random, offset + count);
        assertTwins(average, (kernels, result) -> kernels.average(x, offset, count, 0.99f, result));
        sprinkle(random, x);
        assertTwins(out, (kernels, result) -> result[0] = kernels.logSumExp(x, offset, count));
    }

    @Property(tries = 150)
    void dropoutsAreEqual(
            @ForAll @IntRange(max = 5) int offset,
            @ForAll @IntRange(max = 200) int count,
            @ForAll @IntRange(max = 9) int tenths,
            @ForAll long seed) {
        Random random = new Random(seed);
        Draw draw = new Draw(random.nextInt(), random.nextInt(), random.nextInt());
        float[] x = values(random, offset + count);
        for (long place : new long[] {0, 32, 1L << 32, (1L << 32) - 64, Draw.PLACES - 224}) {
            assertTwins(
                    values(random, count + 3),
                    (kernels, out) -> kernels.dropout(draw, tenths / 10f, place, x, offset, count, out, 3));
        }
    }

    @Property(tries = 150)
    void optimisersAreEqual(
            @ForAll @IntRange(max = 5) int offset,
            @ForAll @IntRange(max = 100) int count,
            @ForAll boolean nesterov,
            @ForAll boolean first,
            @ForAll long seed) {
        Random random = new Random(seed);
        int length = offset + count + 2;
        float[] gradient = values(random, length);
        float[] state = values(random, 3 * length); // first moment, second moment, value
        sprinkle(random, gradient);
        sprinkle(random, state);
        AdamWStep adamW = new AdamWStep(0.5f, 0.99f, 0.9, 0.999, 0.01f, 0.3f, 1e-8f);
        assertTwins(state, (kernels, out) -> {
            float[][] parts = thirds(out);
            for (int i = 0; i < length; i++) {
                parts[1][i] *= parts[1][i];
            }
            kernels.adamW(adamW, gradient, offset, count, parts[0], parts[1], parts[2]);
            join(parts, out);
        });
        SgdStep sgd = new SgdStep(0.5f, 0.1f, 0.9f, nesterov, first, 0.01f);
        assertTwins(state, (kernels, out) -> {
            float[][] parts = thirds(out);
            kernels.sgd(sgd, gradient, offset, count, parts[0], parts[1]);
            kernels.sgd(sgd, gradient, offset, count, null, parts[2]);
            join(parts, out);
        });
    }

    private static float[][] thirds(float[] values) {
        int third = values.length / 3;
        return new float[][] {
            Arrays.copyOf(values, third),
            Arrays.copyOfRange(values, third, 2 * third),
            Arrays.copyOfRange(values, 2 * third, 3 * third)
        };
    }

    private static void join(float[][] parts, float[] out) {
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(parts[i], 0, out, i * parts[i].length, parts[i].length);
        }
    }

    private static void assertTwins(float[] before, BiConsumer<GradientKernels, float[]> kernel) {
        float[] scalar = before.clone();
        float[] vector = before.clone();
        kernel.accept(SCALAR, scalar);
        kernel.accept(VECTOR, vector);
        assertBitsEqual(scalar, vector);
    }

    private static void assertBitsEqual(float[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        assertArrayEquals(bits(expected), bits(found), () -> Arrays.toString(expected) + Arrays.toString(found));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
        return bits;
    }

    private static void sprinkle(Random random, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (random.nextInt(5) == 0) {
                values[i] = SPECIALS[random.nextInt(SPECIALS.length)];
            }
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
