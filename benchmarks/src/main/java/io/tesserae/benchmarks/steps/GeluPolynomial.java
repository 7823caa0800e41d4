package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU, x · Φ(x), as {@code docs/numerics.md} defines it: Φ(x) - 1/2 = x · q(2 x² / 5.5² - 1) with a polynomial of degree 16, in
 * multiply-adds that every machine rounds alike. Once for a value and once for a vector, step for step the same.
 */
final class GeluPolynomial {

    /** From here on Φ is 1 to the last bit. */
    private static final float LIMIT = 5.4999037f;

    private static final float SCALE = 0.06611569970846176f;

    private static final float NORMAL_16 = 9.997955203289166e-05f;
    private static final float NORMAL_15 = -0.0002771623549051583f;
    private static final float NORMAL_14 = 0.0002523245057091117f;
    private static final float NORMAL_13 = -0.0003868102212436497f;
    private static final float NORMAL_12 = 0.001302875461988151f;
    private static final float NORMAL_11 = -0.0026164837181568146f;
    private static final float NORMAL_10 = 0.0041568991728127f;
    private static final float NORMAL_9 = -0.006680697202682495f;
    private static final float NORMAL_8 = 0.01043255627155304f;
    private static final float NORMAL_7 = -0.015051173977553844f;
    private static final float NORMAL_6 = 0.02031579799950123f;
    private static final float NORMAL_5 = -0.026038335636258125f;
    private static final float NORMAL_4 = 0.03207593783736229f;
    private static final float NORMAL_3 = -0.03879360854625702f;
    private static final float NORMAL_2 = 0.047737374901771545f;
    private static final float NORMAL_1 = -0.06417232006788254f;
    private static final float NORMAL_0 = 0.1285519301891327f;

    private GeluPolynomial() {}

    static float gelu(float x) {
        float clamped = x < -LIMIT ? -LIMIT : x;
        clamped = clamped > LIMIT ? LIMIT : clamped;
        float u = Math.fma(clamped * clamped, SCALE, -1f);
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
        return Math.fma(x, clamped * p, 0.5f * x);
    }

    static FloatVector gelu(FloatVector x) {
        FloatVector clamped = x.blend(-LIMIT, x.lt(-LIMIT));
        clamped = clamped.blend(LIMIT, clamped.compare(VectorOperators.GT, LIMIT));
        FloatVector u =
                clamped.mul(clamped).fma(FloatVector.broadcast(SPECIES, SCALE), FloatVector.broadcast(SPECIES, -1f));
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
        return x.fma(clamped.mul(p), x.mul(0.5f));
    }

    private static FloatVector step(FloatVector p, FloatVector u, float coefficient) {
        return p.fma(u, FloatVector.broadcast(SPECIES, coefficient));
    }
}
