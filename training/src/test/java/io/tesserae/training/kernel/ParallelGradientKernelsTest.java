package io.tesserae.training.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Machine;
import io.tesserae.kernel.Workers;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** However many threads there are, the bits are those of one call of a scalar kernel. */
class ParallelGradientKernelsTest {

    private static final int ROWS = 301;
    private static final int COLUMNS = 173;
    private static final int COUNT = ROWS * COLUMNS;

    private static final GradientKernels SCALAR = new ScalarGradientKernels();
    private static final GradientKernels VECTOR = new VectorGradientKernels();

    private final Random random = new Random(11);
    private final float[] x = values(COUNT);
    private final float[] gradient = values(COUNT);
    private final float[] before = values(COUNT);

    @Test
    void sumsOfColumnsAndLayerNorms() {
        float[] weight = values(COLUMNS);
        float[] weightGradient = values(COLUMNS);
        float[] biasGradient = values(COLUMNS);
        float[] means = new float[ROWS];
        float[] scales = new float[ROWS];
        float[] norm = before.clone();
        float[] ofWeight = weightGradient.clone();
        float[] ofBias = biasGradient.clone();
        SCALAR.layerNorm(x, gradient, 0, ROWS, COLUMNS, weight, 1e-5f, means, scales, true, norm);
        SCALAR.layerNormParameters(x, gradient, ROWS, COLUMNS, 0, COLUMNS, means, scales, ofWeight, ofBias);
        inWorkspaces((workspace, threads) -> {
            float[] out = before.clone();
            float[] weights = weightGradient.clone();
            float[] biases = biasGradient.clone();
            ParallelGradientKernels.layerNorm(
                    VECTOR, workspace, matrix(x), matrix(gradient), weight, 1e-5f, weights, biases, true, matrix(out));
            assertArrayEquals(norm, out);
            assertArrayEquals(ofWeight, weights);
            assertArrayEquals(ofBias, biases);
            float[] sums = biasGradient.clone();
            ParallelGradientKernels.addColumnSums(VECTOR, workspace, matrix(gradient), sums);
            assertArrayEquals(ofBias, sums);
        });
    }

    @Test
    void valuesOneByOne() {
        float[][] expected = new float[5][COUNT];
        Draw draw = Draw.of(1, 2, 3, 4);
        SCALAR.activation(Activation.GELU, x, gradient, 0, COUNT, expected[0]);
        SCALAR.scale(0.3f, x, 0, COUNT, expected[1], 0);
        SCALAR.multiply(x, 0, gradient, 0, COUNT, expected[2], 0);
        SCALAR.dropout(draw, 0.1f, 96, x, 0, COUNT, expected[3], 0);
        expected[4] = before.clone();
        SCALAR.add(x, 0, expected[4], 0, COUNT);
        inWorkspaces((workspace, threads) -> {
            Tensor out = matrix(new float[COUNT]);
            ParallelGradientKernels.activation(VECTOR, workspace, Activation.GELU, matrix(x), matrix(gradient), out);
            assertArrayEquals(expected[0], out.data());
            ParallelGradientKernels.scale(VECTOR, workspace, 0.3f, matrix(x), out);
            assertArrayEquals(expected[1], out.data());
            ParallelGradientKernels.multiply(VECTOR, workspace, matrix(x), matrix(gradient), out);
            assertArrayEquals(expected[2], out.data());
            ParallelGradientKernels.dropout(VECTOR, workspace, draw, 0.1f, 96, matrix(x), out);
            assertArrayEquals(expected[3], out.data());
            Tensor sum = matrix(before.clone());
            ParallelGradientKernels.add(VECTOR, workspace, matrix(x), sum);
            assertArrayEquals(expected[4], sum.data());
        });
    }

    @Test
    void optimisersAndNorms() {
        AdamWStep adamW = new AdamWStep(0.5f, 0.99f, 0.9, 0.999, 0.01f, 0.3f, 1e-8f);
        SgdStep sgd = new SgdStep(0.5f, 0.1f, 0.9f, true, false, 0.01f);
        float[][] expected = {before.clone(), new float[COUNT], before.clone()};
        SCALAR.adamW(adamW, gradient, 0, COUNT, expected[0], expected[1], expected[2]);
        SCALAR.sgd(sgd, gradient, 0, COUNT, expected[0], expected[2]);
        SCALAR.average(expected[2], 0, COUNT, 0.9f, expected[1]);
        double exact = 0;
        for (float value : x) {
            exact += (double) value * value;
        }
        double squares = exact;
        double[] found = new double[5];
        inWorkspaces((workspace, threads) -> {
            float[][] out = {before.clone(), new float[COUNT], before.clone()};
            ParallelGradientKernels.adamW(VECTOR, workspace, adamW, gradient, COUNT, out[0], out[1], out[2]);
            ParallelGradientKernels.sgd(VECTOR, workspace, sgd, gradient, COUNT, out[0], out[2]);
            ParallelGradientKernels.average(VECTOR, workspace, out[2], COUNT, 0.9f, out[1]);
            for (int i = 0; i < out.length; i++) {
                assertArrayEquals(expected[i], out[i]);
            }
            found[threads] = ParallelGradientKernels.sumOfSquares(VECTOR, workspace, x, COUNT);
            assertEquals(squares, found[threads], 1e-6 * squares);
        });
        assertEquals(found[1], found[3]);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        inWorkspaces((workspace, threads) -> {
            Tensor matrix = matrix(x.clone());
            Tensor less = Tensor.of(new float[10], 2, 5);
            float[] weight = new float[COLUMNS];
            assertThrows(
                    IllegalArgumentException.class, () -> ParallelGradientKernels.add(VECTOR, workspace, matrix, less));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ParallelGradientKernels.addColumnSums(VECTOR, workspace, matrix, new float[10]));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ParallelGradientKernels.sumOfSquares(VECTOR, workspace, x, COUNT + 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ParallelGradientKernels.layerNorm(
                            VECTOR, workspace, matrix(x), matrix, weight, 1e-5f, weight, weight, false, matrix));
        });
    }

    private static void inWorkspaces(BiConsumer<Workspace, Integer> work) {
        for (int threads : new int[] {1, 3}) {
            try (Workers workers = new Workers(threads);
                    Workspace workspace = new Machine(Kernels.best(), workers, Precision.FLOAT32, true).workspace()) {
                work.accept(workspace, threads);
            }
        }
    }

    private static Tensor matrix(float[] values) {
        return Tensor.of(values, ROWS, COLUMNS);
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
