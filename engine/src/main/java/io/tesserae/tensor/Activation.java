package io.tesserae.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The activation functions of the hub's configurations, by the names of transformers' {@code ACT2FN}. What each computes,
 * bit for bit, is defined by the scalar kernels: {@code ElementaryFunctions.activate}.
 */
public enum Activation {
    /** x · Φ(x), with the normal distribution Φ: Hendrycks and Gimpel, arXiv 1606.08415. */
    GELU("gelu", "gelu_python"),
    /** GELU clipped to [-10, 10]. */
    GELU_10("gelu_10"),
    /** GELU by tanh: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
    GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate", "gelu_fast"),
    /** x · σ(1.702 x). */
    QUICK_GELU("quick_gelu"),
    /** max(x, 0). */
    RELU("relu"),
    /** max(x, 0), at most 6. */
    RELU6("relu6"),
    /** max(x, 0)². */
    RELU2("relu2"),
    /** x where positive, 0.01 x elsewhere. */
    LEAKY_RELU("leaky_relu"),
    /** x · σ(x). */
    SILU("silu", "swish"),
    /** x · tanh(ln(1 + eˣ)). */
    MISH("mish"),
    /** x · relu6(x + 3) / 6. */
    HARDSWISH("hardswish"),
    /** The hyperbolic tangent. */
    TANH("tanh"),
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID("sigmoid"),
    /** x itself. */
    LINEAR("linear");

    private final String[] names;

    Activation(String... names) {
        this.names = names;
    }

    /**
     * The activation that a configuration names.
     *
     * @throws IllegalArgumentException if there is none of this name; the message lists those there are
     */
    public static Activation named(String name) {
        for (Activation activation : values()) {
            if (Arrays.asList(activation.names).contains(name)) {
                return activation;
            }
        }
        String known =
                Arrays.stream(values()).flatMap(a -> Arrays.stream(a.names)).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("unknown activation \"" + name + "\"; known are " + known);
    }
}
