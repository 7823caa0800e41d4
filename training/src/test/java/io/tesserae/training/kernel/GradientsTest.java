package io.tesserae.training.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Activation;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scalar kernels of training against finite differences in double, and against values that PyTorch gave. */
class GradientsTest {

    private static final GradientKernels KERNELS = new ScalarGradientKernels();
    private static final double STEP = 1e-5;

    @ParameterizedTest
    @EnumSource
    void slopesOfActivationsAreTheirDifferences(Activation activation) {
        for (float x = -22.03f; x < 22; x += 0.117f) {
            double expected = (activate(activation, x + STEP) - activate(activation, x - STEP)) / (2 * STEP);
            assertEquals(expected, slope(activation, x), 3e-6 * Math.max(1, Math.abs(expected)), "at " + x);
        }
    }

    /** Formulas as they are in the documentation of PyTorch and transformers. */
    private static double activate(Activation activation, double x) {
        double logistic = 1 / (1 + Math.exp(-x));
        return switch (activation) {
            case GELU -> x * normal(x);
            case GELU_10 -> Math.clamp(x * normal(x), -10, 10);
            case GELU_TANH -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
            case RELU -> Math.max(x, 0);
            case RELU6 -> Math.clamp(x, 0, 6);
            case RELU2 -> Math.max(x, 0) * Math.max(x, 0);
            case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
            case SILU -> x * logistic;
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
            case HARDSWISH -> x * Math.clamp(x + 3, 0, 6) / 6;
            case TANH -> Math.tanh(x);
            case SIGMOID -> logistic;
            case LINEAR -> x;
        };
    }

    /** The normal distribution, by the series {@code 1/2 + φ(x) · (x + x³/3 + x⁵/15 + …)}. */
    private static double normal(double x) {
        if (Math.abs(x) > 8) {
            return x < 0 ? 0 : 1;
        }
        double sum = 0;
        double term = x;
        for (int i = 3; i < 400; i += 2) {
            sum += term;
            term *= x * x / i;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static float slope(Activation activation, float x) {
        float[] out = {1f};
        KERNELS.activation(activation, new float[] {x}, out, 0, 1, out);
        return out[0];
    }

    /** {@code ACT2FN[name](x).backward(1)} of transformers 5.18 and PyTorch 2.13. */
    @Test
    void cornersArePyTorchs() {
        assertSlopes(Activation.RELU, new float[] {-0f, 0f, 1e-30f}, 0f, 0f, 1f);
        assertSlopes(Activation.RELU6, new float[] {0f, 5.9f, 6f, 20f}, 0f, 1f, 0f, 0f);
        assertSlopes(Activation.RELU2, new float[] {-1f, 0f, 1.5f}, 0f, 0f, 3f);
        assertSlopes(Activation.LEAKY_RELU, new float[] {-1f, -0f, 0f, 1f}, 0.01f, 0.01f, 0.01f, 1f);
        assertSlopes(Activation.HARDSWISH, new float[] {-3f, -1.5f, 0f, 1.5f, 3f}, 0f, 0f, 0.5f, 1f, 1f);
        assertSlopes(Activation.GELU_10, new float[] {9.9999f, 10f, 10.0001f, 20f}, 1f, 1f, 0f, 0f);
        assertSlopes(Activation.GELU, new float[] {-3f, -0.5f, 1.5f}, -0.011945605f, 0.13250491f, 1.1274692f);
        assertSlopes(Activation.GELU_TANH, new float[] {-3f, -0.5f, 1.5f}, -0.0115842968f, 0.13263009f, 1.1277108f);
        assertSlopes(Activation.MISH, new float[] {-3f, -0.5f, 0f, 1.5f}, -0.093393125f, 0.28951064f, 0.6f, 1.088488f);
        assertSlopes(Activation.QUICK_GELU, new float[] {-3f, 0.5f}, -0.024548328f, 0.87922192f);
        assertSlopes(Activation.SILU, new float[] {-6f, 0.5f}, -0.0123264315f, 0.73996121f);
        assertSlopes(Activation.TANH, new float[] {-3f, 0.5f}, 0.0098659815f, 0.7864477f);
        assertSlopes(Activation.SIGMOID, new float[] {-6f, 0.5f}, 0.0024665091f, 0.23500371f);
    }

    private static void assertSlopes(Activation activation, float[] x, float... expected) {
        for (int i = 0; i < x.length; i++) {
            assertEquals(expected[i], slope(activation, x[i]), 5e-7f, activation + " at " + x[i]);
        }
    }

    /** Where an activation is flat or a line, however far out; and a NaN is never taken for a number that is wanted. */
    @ParameterizedTest
    @EnumSource
    void farOutSlopesAreThoseOfTheLimit(Activation activation) {
        boolean flat = switch (activation) {
            case GELU_10, RELU6, TANH, SIGMOID -> true;
            default -> false;
        };
        for (float x : new float[] {100f, 1e10f, 1e19f, 1e38f}) {
            float expected = flat ? 0f : activation == Activation.RELU2 ? 2 * x : 1f;
            assertEquals(expected, slope(activation, x), 1e-6f);
            float left = switch (activation) {
                case LEAKY_RELU -> 0.01f;
                case LINEAR -> 1f;
                default -> 0f;
            };
            assertEquals(left, slope(activation, -x), 1e-6f);
        }
    }

    /** torch.nn.functional.layer_norm and its gradients. */
    @Test
    void layerNormIsPyTorchs() {
        float[] x = {0.5f, -1f, 2f, 0.25f, 3f, 1f, 1.5f, -2f, 0f, 0.75f};
        float[] gradient = {1f, -0.5f, 0.25f, 2f, 0.75f, 0.1f, 0.2f, -0.3f, 0.4f, -0.5f};
        float[] weight = {1f, 0.5f, -1.5f, 2f, 0.1f};
        float[] means = new float[2];
        float[] scales = new float[2];
        float[] out = new float[10];
        float[] weightGradient = new float[5];
        float[] biasGradient = new float[5];
        KERNELS.layerNorm(x, gradient, 0, 2, 5, weight, 1e-5f, means, scales, false, out);
        KERNELS.layerNormParameters(x, gradient, 2, 5, 0, 5, means, scales, weightGradient, biasGradient);
        float[] expected = {
            -0.01990652f, -1.24102044f, -0.67378771f, 2.0682354f, -0.13352048f,
            -0.06225823f, -0.00578445f, -0.11532809f, 0.39633989f, -0.2129692f
        };
        assertArrayEquals(expected, out, 1e-6f);
        assertArrayEquals(
                new float[] {-0.2601907f, 0.90055025f, 0.73863292f, -1.08164680f, 0.89408803f}, weightGradient, 1e-6f);
        assertArrayEquals(new float[] {1.1f, -0.3f, -0.05f, 2.4f, 0.25f}, biasGradient, 1e-6f);
    }

    @Test
    void layerNormAndSoftmaxAreTheirDifferences() {
        Random random = new Random(3);
        int columns = 21;
        float[] x = values(random, columns);
        float[] gradient = values(random, columns);
        float[] weight = values(random, columns);
        float[] out = new float[columns];
        KERNELS.layerNorm(x, gradient, 0, 1, columns, weight, 1e-5f, new float[1], new float[1], false, out);
        float[] p = new float[columns];
        double[] exact = softmax(doubles(x));
        for (int i = 0; i < columns; i++) {
            p[i] = (float) exact[i];
        }
        float[] throughSoftmax = new float[columns];
        KERNELS.softmax(p, 0, gradient, 0, columns, throughSoftmax, 0);
        for (int i = 0; i < columns; i++) {
            double[] above = doubles(x);
            double[] below = doubles(x);
            above[i] += STEP;
            below[i] -= STEP;
            double norm = dot(gradient, normed(above, weight)) - dot(gradient, normed(below, weight));
            assertEquals(norm / (2 * STEP), out[i], 3e-6);
            double probabilities = dot(gradient, softmax(above)) - dot(gradient, softmax(below));
            assertEquals(probabilities / (2 * STEP), throughSoftmax[i], 1e-6);
        }
    }

    private static double[] normed(double[] x, float[] weight) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * weight[i];
        }
        return out;
    }

    private static double[] softmax(double[] x) {
        double sum = Arrays.stream(x).map(Math::exp).sum();
        return Arrays.stream(x).map(v -> Math.exp(v) / sum).toArray();
    }

    private static double dot(float[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double[] doubles(float[] x) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i];
        }
        return out;
    }

    @Test
    void logSumExpNeitherOverflowsNorVanishes() {
        assertEquals(1000.6931f, KERNELS.logSumExp(new float[] {1000f, 1000f}, 0, 2), 1e-4f);
        assertEquals(-999.3069f, KERNELS.logSumExp(new float[] {-1000f, -1000f}, 0, 2), 1e-4f);
        assertEquals(2.5f, KERNELS.logSumExp(new float[] {7f, 2.5f}, 1, 1));
        assertEquals(Math.log(50), KERNELS.logSumExp(new float[50], 0, 50), 5e-7);
        float nothing = Float.NEGATIVE_INFINITY;
        assertEquals(nothing, KERNELS.logSumExp(new float[] {nothing, nothing}, 0, 2));
        assertTrue(Float.isNaN(KERNELS.logSumExp(new float[] {1f, Float.NaN}, 0, 2)));
    }

    private static final float[] START = {1f, -2f, 0.5f, 3f, -0.25f};

    private static float[] gradient(int step) {
        float[] gradient = {0.5f, -1.25f, 3f, 1e-4f, -0.02f};
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= (float) (1 + 0.3 * step) * (step % 3 == 2 ? -1 : 1);
        }
        return gradient;
    }

    /** Ten steps of {@code torch.optim.AdamW(lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)}. */
    @Test
    void adamWIsPyTorchs() {
        float[] value = START.clone();
        float[] first = new float[5];
        float[] second = new float[5];
        for (int t = 1; t <= 10; t++) {
            float stepSize = (float) (0.01 / (1 - Math.pow(0.9, t)));
            float correction = (float) Math.sqrt(1 - Math.pow(0.999, t));
            float decay = (float) (1 - 0.01 * 0.1);
            AdamWStep step = new AdamWStep(1f, decay, 0.9, 0.999, stepSize, correction, 1e-8f);
            KERNELS.adamW(step, gradient(t - 1), 0, 5, first, second, value);
        }
        float[] expected = {0.94240093f, -1.93244600f, 0.44737819f, 2.92249441f, -0.19986705f};
        assertArrayEquals(expected, value, 1e-6f);
    }

    /** Ten steps of {@code torch.optim.SGD(lr=0.01, weight_decay=0.1, …)}. */
    @Test
    void sgdIsPyTorchs() {
        float[] plain = {0.94770348f, -1.87423635f, 0.24097386f, 2.97012615f, -0.24581757f};
        float[] withMomentum = {0.80717862f, -1.53845692f, -0.43131319f, 2.87690711f, -0.23367274f};
        float[] withNesterov = {0.77512234f, -1.46113777f, -0.59261662f, 2.85997391f, -0.23120555f};
        assertArrayEquals(plain, sgd(null, false), 1e-6f);
        assertArrayEquals(withMomentum, sgd(new float[5], false), 1e-6f);
        assertArrayEquals(withNesterov, sgd(new float[5], true), 1e-6f);
    }

    private static float[] sgd(float[] momentum, boolean nesterov) {
        float[] value = START.clone();
        for (int t = 0; t < 10; t++) {
            SgdStep step = new SgdStep(1f, 0.1f, 0.9f, nesterov, t == 0, 0.01f);
            KERNELS.sgd(step, gradient(t), 0, 5, momentum, value);
        }
        return value;
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
