package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential as {@code docs/numerics.md} defines it: x = n ln 2 + r, a polynomial for eʳ, and n added to the exponent's bits.
 * Once for a value and once for a vector, step for step the same.
 */
final class ExponentialPolynomial {

    private static final float LOWEST = -87f;
    private static final float HIGHEST = 88f;
    private static final float LOG2_E = 1.4426950408889634f;
    private static final float LN2_HIGH = 0.693145751953125f;
    private static final float LN2_LOW = 1.4286068e-06f;
    /** Adding this to a float32 below 2²² leaves its nearest integer in the low bits of the sum. */
    private static final float ROUND_TO_INTEGER = 12582912f;

    private static final float EXP_4 = 0.001381461275741458f;
    private static final float EXP_3 = 0.008368710055947304f;
    private static final float EXP_2 = 0.04166838899254799f;
    private static final float EXP_1 = 0.1666652113199234f;
    private static final float EXP_0 = 0.4999999403953552f;

    private ExponentialPolynomial() {}

    static float exp(float x) {
        x = x < LOWEST ? LOWEST : x;
        x = x > HIGHEST ? HIGHEST : x;
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
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
    }

    static FloatVector exp(FloatVector x) {
        x = x.blend(LOWEST, x.lt(LOWEST));
        x = x.blend(HIGHEST, x.compare(VectorOperators.GT, HIGHEST));
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), round);
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

    private static FloatVector step(FloatVector p, FloatVector r, float coefficient) {
        return p.fma(r, FloatVector.broadcast(SPECIES, coefficient));
    }
}
