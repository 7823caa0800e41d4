package io.tesserae.training.kernel;

import static io.tesserae.kernel.ElementaryFunctions.EXP_HIGHEST;
import static io.tesserae.kernel.ElementaryFunctions.EXP_LOWEST;
import static io.tesserae.kernel.ElementaryFunctions.GELU_CUBE;
import static io.tesserae.kernel.ElementaryFunctions.LEAKY_RELU_SLOPE;
import static io.tesserae.kernel.ElementaryFunctions.MISH_LIMIT;
import static io.tesserae.kernel.ElementaryFunctions.QUICK_GELU_SLOPE;
import static io.tesserae.kernel.ElementaryFunctions.SQRT_2_OVER_PI;

import io.tesserae.kernel.ElementaryFunctions;
import io.tesserae.tensor.Activation;

/**
 * The derivatives of activations, defined step by step in float32. Where an activation has a corner, its derivative there is PyTorch's.
 * {@link VectorActivationGradients} does the same steps in the same order on whole vectors.
 */
final class ActivationGradients {

    /** From here on the derivatives of both GELUs are 0 or 1 to the last bit; and the square of this is still far from overflow. */
    static final float GELU_LIMIT = 13f;
    /** 1 / √(2π): the normal density at 0. */
    static final float DENSITY = 0.3989422804014327f;

    static final float GELU_CUBE_SLOPE = 3f * GELU_CUBE;
    static final float THIRD = 1f / 3f;

    private ActivationGradients() {}

    /** An activation's slope at x. */
    static float slope(Activation activation, float x) {
        return switch (activation) {
            case GELU -> gelu(x);
            case GELU_10 -> ElementaryFunctions.gelu(x) > 10f ? 0f : gelu(x); // it is never below -0.17
            case GELU_TANH -> geluTanh(x);
            case QUICK_GELU -> silu(QUICK_GELU_SLOPE * x);
            case RELU -> x <= 0f ? 0f : 1f;
            case RELU6 -> x <= 0f || x >= 6f ? 0f : 1f;
            case RELU2 -> x < 0f ? 0f : x + x;
            case LEAKY_RELU -> x > 0f ? 1f : LEAKY_RELU_SLOPE;
            case SILU -> silu(x);
            case MISH -> mish(x);
            case HARDSWISH -> x <= -3f ? 0f : x < 3f ? Math.fma(x, THIRD, 0.5f) : 1f;
            case TANH -> {
                float t = ElementaryFunctions.tanh(x);
                yield Math.fma(-t, t, 1f);
            }
            case SIGMOID -> {
                float s = ElementaryFunctions.sigmoid(x);
                yield s * (1f - s);
            }
            case LINEAR -> 1f;
        };
    }

    /** Φ(x) + x · φ(x), with the normal distribution Φ and its density φ. */
    private static float gelu(float x) {
        x = clamp(x, -GELU_LIMIT, GELU_LIMIT);
        float density = DENSITY * ElementaryFunctions.exp(-0.5f * x * x);
        return Math.fma(x, density, 0.5f + ElementaryFunctions.centredNormal(x));
    }

    /** (1 + t) / 2 + x / 2 · (1 − t²) · inner′, with t = tanh(inner) as the activation has it. */
    private static float geluTanh(float x) {
        x = clamp(x, -GELU_LIMIT, GELU_LIMIT);
        float t = ElementaryFunctions.tanh(SQRT_2_OVER_PI * Math.fma(GELU_CUBE * x * x, x, x));
        float innerSlope = SQRT_2_OVER_PI * Math.fma(GELU_CUBE_SLOPE * x, x, 1f);
        return 0.5f * Math.fma(x * Math.fma(-t, t, 1f), innerSlope, 1f + t);
    }

    /** σ(x) · (1 + x · (1 − σ(x))); also of x · σ(slope · x), whose derivative this is at slope · x. */
    private static float silu(float x) {
        x = clamp(
                x, EXP_LOWEST, EXP_HIGHEST); // where the exponential stops too: else x times nearly nothing would grow
        float s = ElementaryFunctions.sigmoid(x);
        return s * Math.fma(x, 1f - s, 1f);
    }

    /** With e = eˣ and n = e² + 2e: n / (n + 2) + x · 4e(e + 1) / (n + 2)². */
    private static float mish(float x) {
        x = clamp(x, EXP_LOWEST, MISH_LIMIT);
        float e = ElementaryFunctions.exp(x);
        float n = e * (e + 2f);
        float d = n + 2f;
        return (n + 4f * x * (e * (e + 1f) / d)) / d;
    }

    private static float clamp(float x, float lowest, float highest) {
        x = x < lowest ? lowest : x;
        return x > highest ? highest : x;
    }
}
