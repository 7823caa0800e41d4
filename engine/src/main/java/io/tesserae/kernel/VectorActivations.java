package io.tesserae.kernel;

import static io.tesserae.kernel.ElementaryFunctions.*;
import static io.tesserae.kernel.VectorFunctions.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The activations of large feed-forward blocks, those of {@link VectorFunctions} written out: they run after every panel of a product, or
 * for every gate, and calls would make objects of vectors where the compiler does not inline them, as {@link VectorAttention} says. GELU by
 * tanh took 0.59 ns a value as calls on an AMD EPYC (Zen 4), and takes 0.57; SiLU 0.49 and 0.30.
 *
 * <p>Each takes rows of whole vectors, in place.
 */
final class VectorActivations {

    private static final int LANES = SPECIES.length();

    private VectorActivations() {}

    /** {@link VectorFunctions#gelu}. */
    static void gelu(float[] data, int offset, int rows, int columns, int stride) {
        FloatVector scale = FloatVector.broadcast(SPECIES, NORMAL_SCALE);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        for (int row = 0; row < rows; row++) {
            int end = offset + row * stride + columns;
            for (int i = end - columns; i < end; i += LANES) {
                FloatVector value = FloatVector.fromArray(SPECIES, data, i);
                FloatVector x = value.blend(-NORMAL_LIMIT, value.lt(-NORMAL_LIMIT));
                x = x.blend(NORMAL_LIMIT, x.compare(VectorOperators.GT, NORMAL_LIMIT));
                FloatVector u = x.mul(x).fma(scale, minusOne);
                FloatVector p =
                        FloatVector.broadcast(SPECIES, NORMAL_16).fma(u, FloatVector.broadcast(SPECIES, NORMAL_15));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_14));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_13));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_12));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_11));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_10));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_9));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_8));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_7));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_6));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_5));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_4));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_3));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_2));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_1));
                p = p.fma(u, FloatVector.broadcast(SPECIES, NORMAL_0));
                value.fma(x.mul(p), value.mul(0.5f)).intoArray(data, i);
            }
        }
    }

    /** {@link VectorFunctions#geluTanh}; the exponential has no negative argument. */
    static void geluTanh(float[] data, int offset, int rows, int columns, int stride) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector two = FloatVector.broadcast(SPECIES, 2f);
        FloatVector highest = FloatVector.broadcast(SPECIES, EXP_HIGHEST);
        FloatVector log2e = FloatVector.broadcast(SPECIES, LOG2_E);
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector ln2High = FloatVector.broadcast(SPECIES, -LN2_HIGH);
        FloatVector ln2Low = FloatVector.broadcast(SPECIES, -LN2_LOW);
        for (int row = 0; row < rows; row++) {
            int end = offset + row * stride + columns;
            for (int i = end - columns; i < end; i += LANES) {
                FloatVector value = FloatVector.fromArray(SPECIES, data, i);
                FloatVector x =
                        value.mul(GELU_CUBE).mul(value).fma(value, value).mul(SQRT_2_OVER_PI);
                FloatVector square = x.mul(x);
                FloatVector q =
                        FloatVector.broadcast(SPECIES, TANH_4).fma(square, FloatVector.broadcast(SPECIES, TANH_3));
                q = q.fma(square, FloatVector.broadcast(SPECIES, TANH_2));
                q = q.fma(square, FloatVector.broadcast(SPECIES, TANH_1));
                q = q.fma(square, FloatVector.broadcast(SPECIES, TANH_0));
                FloatVector small = square.mul(x).fma(q, x);
                FloatVector magnitude = x.abs();
                FloatVector twice = magnitude.add(magnitude);
                twice = twice.blend(highest, twice.compare(VectorOperators.GT, highest));
                FloatVector shifted = twice.fma(log2e, round);
                FloatVector n = shifted.sub(round);
                FloatVector r = n.fma(ln2Low, n.fma(ln2High, twice));
                FloatVector p = FloatVector.broadcast(SPECIES, EXP_4).fma(r, FloatVector.broadcast(SPECIES, EXP_3));
                p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_2));
                p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_1));
                p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_0));
                p = p.fma(r, one);
                p = p.fma(r, one);
                FloatVector e = p.reinterpretAsInts()
                        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats();
                FloatVector large = one.sub(two.div(e.add(one)))
                        .reinterpretAsInts()
                        .or(x.reinterpretAsInts().and(0x8000_0000))
                        .reinterpretAsFloats();
                VectorMask<Float> isSmall = magnitude.lt(TANH_SMALL);
                FloatVector half = value.mul(0.5f);
                half.fma(large.blend(small, isSmall), half).intoArray(data, i);
            }
        }
    }

    /** {@code x · }{@link VectorFunctions#sigmoid}. */
    static void silu(float[] data, int offset, int rows, int columns, int stride) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector lowest = FloatVector.broadcast(SPECIES, EXP_LOWEST);
        FloatVector highest = FloatVector.broadcast(SPECIES, EXP_HIGHEST);
        FloatVector log2e = FloatVector.broadcast(SPECIES, LOG2_E);
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector ln2High = FloatVector.broadcast(SPECIES, -LN2_HIGH);
        FloatVector ln2Low = FloatVector.broadcast(SPECIES, -LN2_LOW);
        for (int row = 0; row < rows; row++) {
            int end = offset + row * stride + columns;
            for (int i = end - columns; i < end; i += LANES) {
                FloatVector value = FloatVector.fromArray(SPECIES, data, i);
                FloatVector x = value.neg();
                x = x.blend(lowest, x.compare(VectorOperators.LT, lowest));
                x = x.blend(highest, x.compare(VectorOperators.GT, highest));
                FloatVector shifted = x.fma(log2e, round);
                FloatVector n = shifted.sub(round);
                FloatVector r = n.fma(ln2Low, n.fma(ln2High, x));
                FloatVector p = FloatVector.broadcast(SPECIES, EXP_4).fma(r, FloatVector.broadcast(SPECIES, EXP_3));
                p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_2));
                p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_1));
                p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_0));
                p = p.fma(r, one);
                p = p.fma(r, one);
                FloatVector e = p.reinterpretAsInts()
                        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats();
                value.mul(one.div(one.add(e))).intoArray(data, i);
            }
        }
    }
}
