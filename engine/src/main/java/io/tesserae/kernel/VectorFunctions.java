package io.tesserae.kernel;

import static io.tesserae.kernel.ElementaryFunctions.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ElementaryFunctions} on whole vectors: the same steps in the same order, so the same bits. Comments are there.
 *
 * <p>Clamps are compare-and-blend, not {@code min} and {@code max}: Java's float minimum orders signed zeros and NaN, which
 * costs five instructions a step on x86 and would not match the scalar comparison.
 */
public final class VectorFunctions {

    /** The widest vectors of this machine, or of the flags it runs under. */
    public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** The bits of those. */
    public static final VectorSpecies<Integer> INT_SPECIES = VectorSpecies.of(int.class, SPECIES.vectorShape());

    private VectorFunctions() {}

    /** {@link ElementaryFunctions#exp}. */
    public static FloatVector exp(FloatVector x) {
        x = clamp(x, EXP_LOWEST, EXP_HIGHEST);
        FloatVector log2e = FloatVector.broadcast(SPECIES, LOG2_E);
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector shifted = x.fma(log2e, round);
        FloatVector n = shifted.sub(round);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = step(FloatVector.broadcast(SPECIES, EXP_4), r, EXP_3);
        p = step(p, r, EXP_2);
        p = step(p, r, EXP_1);
        p = step(p, r, EXP_0);
        p = step(p, r, 1f);
        p = step(p, r, 1f);
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /** {@link ElementaryFunctions#sigmoid}. */
    public static FloatVector sigmoid(FloatVector x) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        return one.div(one.add(exp(x.neg())));
    }

    /** {@link ElementaryFunctions#tanh}. */
    public static FloatVector tanh(FloatVector x) {
        FloatVector square = x.mul(x);
        FloatVector p = step(FloatVector.broadcast(SPECIES, TANH_4), square, TANH_3);
        p = step(p, square, TANH_2);
        p = step(p, square, TANH_1);
        p = step(p, square, TANH_0);
        FloatVector small = square.mul(x).fma(p, x);
        FloatVector magnitude = x.abs();
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector large = one.sub(FloatVector.broadcast(SPECIES, 2f)
                .div(exp(magnitude.add(magnitude)).add(one)));
        IntVector sign = x.reinterpretAsInts().and(0x8000_0000);
        FloatVector signed = large.reinterpretAsInts().or(sign).reinterpretAsFloats();
        return signed.blend(small, magnitude.lt(TANH_SMALL));
    }

    /** {@link ElementaryFunctions#centredNormal}. */
    public static FloatVector centredNormal(FloatVector x) {
        x = clamp(x, -NORMAL_LIMIT, NORMAL_LIMIT);
        FloatVector u = x.mul(x).fma(FloatVector.broadcast(SPECIES, NORMAL_SCALE), FloatVector.broadcast(SPECIES, -1f));
        FloatVector p = step(FloatVector.broadcast(SPECIES, NORMAL_16), u, NORMAL_15);
        p = step(p, u, NORMAL_14);
        p = step(p, u, NORMAL_13);
        p = step(p, u, NORMAL_12);
        p = step(p, u, NORMAL_11);
        p = step(p, u, NORMAL_10);
        p = step(p, u, NORMAL_9);
        p = step(p, u, NORMAL_8);
        p = step(p, u, NORMAL_7);
        p = step(p, u, NORMAL_6);
        p = step(p, u, NORMAL_5);
        p = step(p, u, NORMAL_4);
        p = step(p, u, NORMAL_3);
        p = step(p, u, NORMAL_2);
        p = step(p, u, NORMAL_1);
        p = step(p, u, NORMAL_0);
        return x.mul(p);
    }

    /** {@link ElementaryFunctions#gelu}. */
    public static FloatVector gelu(FloatVector x) {
        return x.fma(centredNormal(x), x.mul(0.5f));
    }

    static FloatVector geluTanh(FloatVector x) {
        FloatVector inner = x.mul(GELU_CUBE).mul(x).fma(x, x).mul(SQRT_2_OVER_PI);
        FloatVector half = x.mul(0.5f);
        return half.fma(tanh(inner), half);
    }

    static FloatVector mish(FloatVector x) {
        FloatVector limit = FloatVector.broadcast(SPECIES, MISH_LIMIT);
        FloatVector e = exp(x.blend(limit, x.compare(VectorOperators.GT, limit)));
        FloatVector n = e.mul(e.add(2f));
        return x.mul(n.div(n.add(2f)));
    }

    static FloatVector positivePart(FloatVector x) {
        return x.blend(0f, x.lt(0f));
    }

    static FloatVector leakyRelu(FloatVector x) {
        return x.blend(x.mul(LEAKY_RELU_SLOPE), x.lt(0f));
    }

    static FloatVector hardswish(FloatVector x) {
        return x.mul(clamp(x.add(3f), 0f, 6f).mul(SIXTH));
    }

    /** Values brought between two bounds; NaN stays NaN. */
    public static FloatVector clamp(FloatVector x, float lowest, float highest) {
        VectorMask<Float> below = x.lt(lowest);
        x = x.blend(lowest, below);
        return x.blend(highest, x.compare(VectorOperators.GT, highest));
    }

    private static FloatVector step(FloatVector p, FloatVector x, float coefficient) {
        return p.fma(x, FloatVector.broadcast(SPECIES, coefficient));
    }
}
