package io.tesserae.kernel;

import io.tesserae.tensor.Activation;

/**
 * exp, tanh, the normal distribution and what is built from them, defined step by step in float32.
 *
 * <p>{@link Math} promises bits for none of these (and has no erf), so they are ours: range reduction and a polynomial in
 * {@link Math#fma} steps, which every machine rounds alike. The coefficients are minimax fits from
 * {@code docs/numerics/fit_polynomials.py}; the errors they leave are in {@code docs/numerics.md}.
 * {@link VectorFunctions} does the same steps in the same order on whole vectors.
 */
public final class ElementaryFunctions {

    /** Adding this to a float32 below 2²² leaves its nearest integer in the low bits of the sum. */
    public static final float ROUND_TO_INTEGER = 12582912f; // 1.5 · 2²³

    /** 1 / ln 2. */
    public static final float LOG2_E = 1.4426950408889634f;
    /** ln 2 in two parts; the first has few enough bits that n times it is exact. */
    public static final float LN2_HIGH = 0.693145751953125f, LN2_LOW = 1.4286068e-06f;
    /** Below this e^x is no normal float32; it is taken as e^-87 = 1.6e-38, which is zero beside anything it is added to. */
    public static final float EXP_LOWEST = -87f;
    /** Above this e^x would not fit; it is taken as e^88 = 1.7e38. */
    public static final float EXP_HIGHEST = 88f;

    /** e^r = 1 + r + r² · q(r) on [-ln 2 / 2, ln 2 / 2], highest power first. Relative error 3e-9 before rounding. */
    public static final float EXP_4 = 0.001381461275741458f,
            EXP_3 = 0.008368710055947304f,
            EXP_2 = 0.04166838899254799f,
            EXP_1 = 0.1666652113199234f,
            EXP_0 = 0.4999999403953552f;

    /** Where tanh begins to be taken from an exponential. */
    public static final float TANH_SMALL = 0.625f;
    /** tanh x = x + x³ · q(x²) where |x| < 0.625, highest power first. Relative error 4e-9 before rounding. */
    public static final float TANH_4 = -0.005704985931515694f,
            TANH_3 = 0.02063908614218235f,
            TANH_2 = -0.05373971536755562f,
            TANH_1 = 0.13331441581249237f,
            TANH_0 = -0.3333328068256378f;

    /**
     * Φ is 1 to the last bit from here on (and 0 below the negative). Of the floats just below 5.5 this is the one where the
     * polynomial gives exactly 1/2, so that GELU of a large value is that value, and of a large negative one zero.
     */
    public static final float NORMAL_LIMIT = 5.4999037f;
    /** 2 / 5.5²: brings x² to [-1, 1], where a polynomial of high degree keeps its digits. */
    public static final float NORMAL_SCALE = 0.06611569970846176f;

    /** Φ(x) - 1/2 = x · q(2 x² / 5.5² - 1) where |x| ≤ 5.5, highest power first. Absolute error 2e-9 before rounding. */
    public static final float NORMAL_16 = 9.997955203289166e-05f,
            NORMAL_15 = -0.0002771623549051583f,
            NORMAL_14 = 0.0002523245057091117f,
            NORMAL_13 = -0.0003868102212436497f,
            NORMAL_12 = 0.001302875461988151f,
            NORMAL_11 = -0.0026164837181568146f,
            NORMAL_10 = 0.0041568991728127f,
            NORMAL_9 = -0.006680697202682495f,
            NORMAL_8 = 0.01043255627155304f,
            NORMAL_7 = -0.015051173977553844f,
            NORMAL_6 = 0.02031579799950123f,
            NORMAL_5 = -0.026038335636258125f,
            NORMAL_4 = 0.03207593783736229f,
            NORMAL_3 = -0.03879360854625702f,
            NORMAL_2 = 0.047737374901771545f,
            NORMAL_1 = -0.06417232006788254f,
            NORMAL_0 = 0.1285519301891327f;

    /** √(2/π), in GELU by tanh. */
    public static final float SQRT_2_OVER_PI = 0.7978845608028654f;
    /** What the cube is multiplied by in GELU by tanh. */
    public static final float GELU_CUBE = 0.044715f;
    /** What x is multiplied by in the sigmoid of quick GELU. */
    public static final float QUICK_GELU_SLOPE = 1.702f;
    /** The slope of leaky ReLU below zero. */
    public static final float LEAKY_RELU_SLOPE = 0.01f;

    static final float SIXTH = 1f / 6f;
    /** From here on tanh(ln(1 + eˣ)) is 1 to the last bit. */
    public static final float MISH_LIMIT = 20f;

    private ElementaryFunctions() {}

    /** e^x; saturates at e^-87 and e^88. */
    public static float exp(float x) {
        x = x < EXP_LOWEST ? EXP_LOWEST : x;
        x = x > EXP_HIGHEST ? EXP_HIGHEST : x;
        // x = n ln 2 + r, so that e^x = 2^n e^r
        float shifted = Math.fma(x, LOG2_E, ROUND_TO_INTEGER);
        float n = shifted - ROUND_TO_INTEGER;
        float r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        float p = Math.fma(EXP_4, r, EXP_3);
        p = Math.fma(p, r, EXP_2);
        p = Math.fma(p, r, EXP_1);
        p = Math.fma(p, r, EXP_0);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        // times 2^n: n stands in the low bits of shifted, and is added to the exponent's bits
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
    }

    /** 1 / (1 + e^-x). */
    public static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }

    /** The hyperbolic tangent. */
    public static float tanh(float x) {
        float square = x * x;
        float p = Math.fma(TANH_4, square, TANH_3);
        p = Math.fma(p, square, TANH_2);
        p = Math.fma(p, square, TANH_1);
        p = Math.fma(p, square, TANH_0);
        float small = Math.fma(square * x, p, x);
        float magnitude = Math.abs(x);
        float large = 1f - 2f / (exp(magnitude + magnitude) + 1f);
        return magnitude < TANH_SMALL ? small : Math.copySign(large, x);
    }

    /** Φ(x) - 1/2: the normal distribution about its middle. */
    public static float centredNormal(float x) {
        x = x < -NORMAL_LIMIT ? -NORMAL_LIMIT : x;
        x = x > NORMAL_LIMIT ? NORMAL_LIMIT : x;
        float u = Math.fma(x * x, NORMAL_SCALE, -1f);
        float p = Math.fma(NORMAL_16, u, NORMAL_15);
        p = Math.fma(p, u, NORMAL_14);
        p = Math.fma(p, u, NORMAL_13);
        p = Math.fma(p, u, NORMAL_12);
        p = Math.fma(p, u, NORMAL_11);
        p = Math.fma(p, u, NORMAL_10);
        p = Math.fma(p, u, NORMAL_9);
        p = Math.fma(p, u, NORMAL_8);
        p = Math.fma(p, u, NORMAL_7);
        p = Math.fma(p, u, NORMAL_6);
        p = Math.fma(p, u, NORMAL_5);
        p = Math.fma(p, u, NORMAL_4);
        p = Math.fma(p, u, NORMAL_3);
        p = Math.fma(p, u, NORMAL_2);
        p = Math.fma(p, u, NORMAL_1);
        p = Math.fma(p, u, NORMAL_0);
        return x * p;
    }

    /** x · Φ(x). */
    public static float gelu(float x) {
        return Math.fma(x, centredNormal(x), 0.5f * x);
    }

    /** One value through an activation: the definition that every kernel follows. */
    static float activate(Activation activation, float x) {
        return switch (activation) {
            case GELU -> gelu(x);
            case GELU_10 -> clamp(gelu(x), -10f, 10f);
            case GELU_TANH -> {
                float inner = SQRT_2_OVER_PI * Math.fma(GELU_CUBE * x * x, x, x);
                float half = 0.5f * x;
                yield Math.fma(half, tanh(inner), half);
            }
            case QUICK_GELU -> x * sigmoid(QUICK_GELU_SLOPE * x);
            case RELU -> positivePart(x);
            case RELU6 -> clamp(x, 0f, 6f);
            case RELU2 -> positivePart(x) * positivePart(x);
            case LEAKY_RELU -> x < 0f ? LEAKY_RELU_SLOPE * x : x;
            case SILU -> x * sigmoid(x);
            case MISH -> {
                // tanh(ln(1 + e)) = (e² + 2e) / (e² + 2e + 2)
                float e = exp(x > MISH_LIMIT ? MISH_LIMIT : x);
                float n = e * (e + 2f);
                yield x * (n / (n + 2f));
            }
            case HARDSWISH -> x * (clamp(x + 3f, 0f, 6f) * SIXTH);
            case TANH -> tanh(x);
            case SIGMOID -> sigmoid(x);
            case LINEAR -> x;
        };
    }

    private static float positivePart(float x) {
        return x < 0f ? 0f : x;
    }

    private static float clamp(float x, float lowest, float highest) {
        x = x < lowest ? lowest : x;
        return x > highest ? highest : x;
    }
}
