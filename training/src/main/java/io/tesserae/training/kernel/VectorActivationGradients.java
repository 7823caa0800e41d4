package io.tesserae.training.kernel;

import static io.tesserae.kernel.ElementaryFunctions.*;
import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.training.kernel.ActivationGradients.DENSITY;
import static io.tesserae.training.kernel.ActivationGradients.GELU_CUBE_SLOPE;
import static io.tesserae.training.kernel.ActivationGradients.GELU_LIMIT;
import static io.tesserae.training.kernel.ActivationGradients.THIRD;

import io.tesserae.kernel.VectorFunctions;
import io.tesserae.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ActivationGradients} on whole vectors: the same steps in the same order, so the same bits. Comments are there.
 *
 * <p>Each activation that takes an exponential has a loop of its own, so that the compiler sees one small body to inline into. Of two
 * functions in one body it gives up inlining, and makes an object of every vector: so both GELUs are written out, and take some 30 times less
 * time.
 */
final class VectorActivationGradients {

    private static final int LANES = SPECIES.length();

    /** Values between the two steps of GELU; they stay in the nearest cache. */
    private static final int STRIP = 512;

    private static final ThreadLocal<float[]> STRIP_VALUES = ThreadLocal.withInitial(() -> new float[STRIP]);

    private VectorActivationGradients() {}

    /** {@code out[i] = gradient[i] · activation'(x[i])}, for whole vectors from {@code offset} to {@code end}. */
    static void multiply(Activation activation, float[] x, float[] gradient, int offset, int end, float[] out) {
        switch (activation) {
            case GELU -> gelu(Float.POSITIVE_INFINITY, x, gradient, offset, end, out);
            case GELU_10 -> gelu(10f, x, gradient, offset, end, out);
            case GELU_TANH -> geluTanh(x, gradient, offset, end, out);
            case QUICK_GELU -> silu(QUICK_GELU_SLOPE, x, gradient, offset, end, out);
            case SILU -> silu(1f, x, gradient, offset, end, out);
            case MISH -> mish(x, gradient, offset, end, out);
            case TANH -> tanh(x, gradient, offset, end, out);
            case SIGMOID -> sigmoid(x, gradient, offset, end, out);
            case RELU, RELU6, RELU2, LEAKY_RELU, HARDSWISH, LINEAR ->
                inPieces(activation, x, gradient, offset, end, out);
        }
    }

    /** Of GELU, and of GELU clipped at a limit, where the slope becomes 0: a strip at a time, in two steps, each small enough. */
    private static void gelu(float limit, float[] x, float[] gradient, int offset, int end, float[] out) {
        float[] strip = STRIP_VALUES.get();
        for (int from = offset; from < end; from += STRIP) {
            int to = Math.min(end, from + STRIP);
            densities(x, from, to, strip);
            addNormal(limit, x, gradient, from, to, strip, out);
        }
    }

    /** The density φ(x), from the strip's beginning on. The exponential is of what is never beyond its limits. */
    private static void densities(float[] x, int from, int to, float[] strip) {
        FloatVector log2e = FloatVector.broadcast(SPECIES, LOG2_E);
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector ln2High = FloatVector.broadcast(SPECIES, -LN2_HIGH);
        FloatVector ln2Low = FloatVector.broadcast(SPECIES, -LN2_LOW);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = from; i < to; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v = v.blend(-GELU_LIMIT, v.lt(-GELU_LIMIT));
            v = v.blend(GELU_LIMIT, v.compare(VectorOperators.GT, GELU_LIMIT));
            FloatVector power = v.mul(-0.5f).mul(v);
            FloatVector shifted = power.fma(log2e, round);
            FloatVector n = shifted.sub(round);
            FloatVector r = n.fma(ln2Low, n.fma(ln2High, power));
            FloatVector p = FloatVector.broadcast(SPECIES, EXP_4).fma(r, FloatVector.broadcast(SPECIES, EXP_3));
            p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_2));
            p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_1));
            p = p.fma(r, FloatVector.broadcast(SPECIES, EXP_0));
            p = p.fma(r, one);
            p = p.fma(r, one);
            FloatVector density = p.reinterpretAsInts()
                    .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats()
                    .mul(DENSITY);
            density.intoArray(strip, i - from);
        }
    }

    /** The gradient times Φ(x) + x · φ(x); the density φ is the strip's. */
    private static void addNormal(
            float limit, float[] x, float[] gradient, int from, int to, float[] strip, float[] out) {
        FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector scale = FloatVector.broadcast(SPECIES, NORMAL_SCALE);
        FloatVector minusOne = FloatVector.broadcast(SPECIES, -1f);
        for (int i = from; i < to; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, i);
            FloatVector v = value;
            v = v.blend(-GELU_LIMIT, v.lt(-GELU_LIMIT));
            v = v.blend(GELU_LIMIT, v.compare(VectorOperators.GT, GELU_LIMIT));
            FloatVector c = value.blend(-NORMAL_LIMIT, value.lt(-NORMAL_LIMIT));
            c = c.blend(NORMAL_LIMIT, c.compare(VectorOperators.GT, NORMAL_LIMIT));
            FloatVector u = c.mul(c).fma(scale, minusOne);
            FloatVector q = FloatVector.broadcast(SPECIES, NORMAL_16).fma(u, FloatVector.broadcast(SPECIES, NORMAL_15));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_14));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_13));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_12));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_11));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_10));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_9));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_8));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_7));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_6));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_5));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_4));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_3));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_2));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_1));
            q = q.fma(u, FloatVector.broadcast(SPECIES, NORMAL_0));
            FloatVector centred = c.mul(q);
            FloatVector slope = v.fma(FloatVector.fromArray(SPECIES, strip, i - from), half.add(centred));
            VectorMask<Float> clipped = value.fma(centred, value.mul(0.5f)).compare(VectorOperators.GT, limit);
            FloatVector.fromArray(SPECIES, gradient, i)
                    .mul(slope.blend(0f, clipped))
                    .intoArray(out, i);
        }
    }

    /** Written out, as the class says. */
    private static void geluTanh(float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector two = FloatVector.broadcast(SPECIES, 2f);
        FloatVector highest = FloatVector.broadcast(SPECIES, EXP_HIGHEST);
        FloatVector log2e = FloatVector.broadcast(SPECIES, LOG2_E);
        FloatVector round = FloatVector.broadcast(SPECIES, ROUND_TO_INTEGER);
        FloatVector ln2High = FloatVector.broadcast(SPECIES, -LN2_HIGH);
        FloatVector ln2Low = FloatVector.broadcast(SPECIES, -LN2_LOW);
        for (int i = offset; i < end; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, i);
            FloatVector v = value.blend(-GELU_LIMIT, value.lt(-GELU_LIMIT));
            v = v.blend(GELU_LIMIT, v.compare(VectorOperators.GT, GELU_LIMIT));
            FloatVector inner = v.mul(GELU_CUBE).mul(v).fma(v, v).mul(SQRT_2_OVER_PI);
            FloatVector square = inner.mul(inner);
            FloatVector q = FloatVector.broadcast(SPECIES, TANH_4).fma(square, FloatVector.broadcast(SPECIES, TANH_3));
            q = q.fma(square, FloatVector.broadcast(SPECIES, TANH_2));
            q = q.fma(square, FloatVector.broadcast(SPECIES, TANH_1));
            q = q.fma(square, FloatVector.broadcast(SPECIES, TANH_0));
            FloatVector small = square.mul(inner).fma(q, inner);
            FloatVector magnitude = inner.abs();
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
                    .or(inner.reinterpretAsInts().and(0x8000_0000))
                    .reinterpretAsFloats();
            FloatVector t = large.blend(small, magnitude.lt(TANH_SMALL));
            FloatVector innerSlope = v.mul(GELU_CUBE_SLOPE).fma(v, one).mul(SQRT_2_OVER_PI);
            FloatVector slope =
                    v.mul(t.neg().fma(t, one)).fma(innerSlope, one.add(t)).mul(0.5f);
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    private static void silu(float factor, float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = offset; i < end; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i).mul(factor);
            v = VectorFunctions.clamp(v, EXP_LOWEST, EXP_HIGHEST);
            FloatVector s = VectorFunctions.sigmoid(v);
            FloatVector slope = s.mul(v.fma(one.sub(s), one));
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    private static void mish(float[] x, float[] gradient, int offset, int end, float[] out) {
        for (int i = offset; i < end; i += LANES) {
            FloatVector v = VectorFunctions.clamp(FloatVector.fromArray(SPECIES, x, i), EXP_LOWEST, MISH_LIMIT);
            FloatVector e = VectorFunctions.exp(v);
            FloatVector n = e.mul(e.add(2f));
            FloatVector d = n.add(2f);
            FloatVector slope = n.add(v.mul(4f).mul(e.mul(e.add(1f)).div(d))).div(d);
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    private static void tanh(float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = offset; i < end; i += LANES) {
            FloatVector t = VectorFunctions.tanh(FloatVector.fromArray(SPECIES, x, i));
            FloatVector slope = t.neg().fma(t, one);
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    private static void sigmoid(float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = offset; i < end; i += LANES) {
            FloatVector s = VectorFunctions.sigmoid(FloatVector.fromArray(SPECIES, x, i));
            FloatVector slope = s.mul(one.sub(s));
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    /** Activations that are put together from lines and parabolas. */
    private static void inPieces(Activation activation, float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector third = FloatVector.broadcast(SPECIES, THIRD);
        for (int i = offset; i < end; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            FloatVector slope = switch (activation) {
                case RELU -> one.blend(0f, v.compare(VectorOperators.LE, 0f));
                case RELU6 ->
                    one.blend(0f, v.compare(VectorOperators.LE, 0f)).blend(0f, v.compare(VectorOperators.GE, 6f));
                case RELU2 -> v.add(v).blend(0f, v.lt(0f));
                case LEAKY_RELU ->
                    one.blend(
                            LEAKY_RELU_SLOPE, v.compare(VectorOperators.GT, 0f).not());
                case HARDSWISH -> one.blend(v.fma(third, half), v.lt(3f)).blend(0f, v.compare(VectorOperators.LE, -3f));
                case LINEAR -> one;
                default -> throw new IllegalArgumentException(activation + " has a curve");
            };
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }
}
