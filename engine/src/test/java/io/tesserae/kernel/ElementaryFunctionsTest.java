package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Activation;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The polynomials against float64, with the errors that docs/numerics.md states. */
class ElementaryFunctionsTest {

    @Test
    void expIsWithinOneUlp() {
        assertTrue(largestUlp(ElementaryFunctions::exp, Math::exp, -87f, 88f) < 1.0);
        assertEquals(1f, ElementaryFunctions.exp(0f));
        assertEquals(ElementaryFunctions.exp(-87f), ElementaryFunctions.exp(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isNaN(ElementaryFunctions.exp(Float.NaN)));
    }

    @Test
    void tanhIsWithinTwoUlp() {
        assertTrue(largestUlp(ElementaryFunctions::tanh, Math::tanh, -12f, 12f) < 2.0);
        assertEquals(1f, ElementaryFunctions.tanh(50f));
        assertEquals(-1f, ElementaryFunctions.tanh(-50f));
    }

    @Test
    void normalDistributionIsWithin1e7() {
        for (float x = -8f; x < 8f; x += 1e-4f) {
            assertEquals(normal(x) - 0.5, ElementaryFunctions.centredNormal(x), 1e-7, "at " + x);
        }
    }

    @Test
    void geluOfLargeValuesIsExact() {
        for (float x = 5.5f; x < 1e30f; x *= 1.37f) {
            assertEquals(x, ElementaryFunctions.gelu(x));
            assertEquals(0f, ElementaryFunctions.gelu(-x));
        }
    }

    @Test
    void activationsAreTheirFormulas() {
        for (float x = -9f; x <= 9f; x += 0.01f) {
            for (Activation activation : Activation.values()) {
                double expected = formula(activation, x);
                assertEquals(
                        expected,
                        ElementaryFunctions.activate(activation, x),
                        3e-7 * Math.max(1, Math.abs(expected)),
                        activation + " at " + x);
            }
        }
    }

    @Test
    void activationsAreFoundByEveryNameOfTheHub() {
        assertEquals(Activation.GELU_TANH, Activation.named("gelu_new"));
        assertEquals(Activation.SILU, Activation.named("swish"));
        IllegalArgumentException unknown =
                assertThrows(IllegalArgumentException.class, () -> Activation.named("geglu"));
        assertTrue(
                unknown.getMessage().contains("geglu") && unknown.getMessage().contains("quick_gelu"));
    }

    private static double formula(Activation activation, double x) {
        double sigmoid = 1 / (1 + Math.exp(-x));
        double relu = Math.max(x, 0);
        return switch (activation) {
            case GELU -> x * normal(x);
            case GELU_10 -> Math.clamp(x * normal(x), -10, 10);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
            case RELU -> relu;
            case RELU6 -> Math.min(relu, 6);
            case RELU2 -> relu * relu;
            case LEAKY_RELU -> x < 0 ? 0.01 * x : x;
            case SILU -> x * sigmoid;
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
            case HARDSWISH -> x * Math.clamp(x + 3, 0, 6) / 6;
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid;
            case LINEAR -> x;
        };
    }

    /** Φ by its Taylor series, which float64 carries to 1e-12 for |x| < 6; beyond, by the tail's continued fraction. */
    private static double normal(double x) {
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (Math.abs(x) < 6) {
            double term = x;
            double sum = x;
            for (int n = 3; Math.abs(term) > 1e-17; n += 2) {
                term *= x * x / n;
                sum += term;
            }
            return 0.5 + density * sum;
        }
        double fraction = 0;
        for (int n = 60; n > 0; n--) {
            fraction = n / (Math.abs(x) + fraction);
        }
        double tail = density / (Math.abs(x) + fraction);
        return x > 0 ? 1 - tail : tail;
    }

    @FunctionalInterface
    private interface FloatFunction {
        float apply(float x);
    }

    private static double largestUlp(FloatFunction ours, DoubleUnaryOperator exact, float from, float to) {
        double largest = 0;
        for (float x = from; x < to; x += Math.max(1e-5f, Math.abs(x) * 1e-5f)) {
            double expected = exact.applyAsDouble(x);
            largest = Math.max(largest, Math.abs(ours.apply(x) - expected) / Math.ulp((float) expected));
        }
        return largest;
    }
}
