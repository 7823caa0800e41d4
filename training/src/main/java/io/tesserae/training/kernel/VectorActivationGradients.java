package io.tesserae.training.kernel;

import static io.tesserae.kernel.ElementaryFunctions.EXP_HIGHEST;
import static io.tesserae.kernel.ElementaryFunctions.EXP_LOWEST;
import static io.tesserae.kernel.ElementaryFunctions.GELU_CUBE;
import static io.tesserae.kernel.ElementaryFunctions.LEAKY_RELU_SLOPE;
import static io.tesserae.kernel.ElementaryFunctions.MISH_LIMIT;
import static io.tesserae.kernel.ElementaryFunctions.QUICK_GELU_SLOPE;
import static io.tesserae.kernel.ElementaryFunctions.SQRT_2_OVER_PI;
import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.training.kernel.ActivationGradients.DENSITY;
import static io.tesserae.training.kernel.ActivationGradients.GELU_CUBE_SLOPE;
import static io.tesserae.training.kernel.ActivationGradients.GELU_LIMIT;
import static io.tesserae.training.kernel.ActivationGradients.THIRD;

import io.tesserae.kernel.VectorFunctions;
import io.tesserae.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ActivationGradients} on whole vectors: the same steps in the same order, so the same bits. Comments are there.
 *
 * <p>Each activation that takes an exponential has a loop of its own, so that the compiler sees one small body to inline into.
 */
final class VectorActivationGradients {

    private static final int LANES = SPECIES.length();

    private VectorActivationGradients() {}

    /** {@code out[i] = gradient[i] · activation'(x[i])}, for whole vectors from {@code offset} to {@code end}. */
    static void multiply(Activation activation, float[] x, float[] gradient, int offset, int end, float[] out) {
        switch (activation) {
            case GELU -> gelu(x, gradient, offset, end, out);
            case GELU_10 -> clippedGelu(x, gradient, offset, end, out);
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

    private static void gelu(float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
        for (int i = offset; i < end; i += LANES) {
            FloatVector v = VectorFunctions.clamp(FloatVector.fromArray(SPECIES, x, i), -GELU_LIMIT, GELU_LIMIT);
            FloatVector density = VectorFunctions.exp(v.mul(-0.5f).mul(v)).mul(DENSITY);
            FloatVector slope = v.fma(density, half.add(VectorFunctions.centredNormal(v)));
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    private static void clippedGelu(float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector ten = FloatVector.broadcast(SPECIES, 10f);
        for (int i = offset; i < end; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, i);
            FloatVector v = VectorFunctions.clamp(value, -GELU_LIMIT, GELU_LIMIT);
            FloatVector density = VectorFunctions.exp(v.mul(-0.5f).mul(v)).mul(DENSITY);
            FloatVector slope = v.fma(density, half.add(VectorFunctions.centredNormal(v)));
            slope = slope.blend(0f, VectorFunctions.gelu(value).compare(VectorOperators.GT, ten));
            FloatVector.fromArray(SPECIES, gradient, i).mul(slope).intoArray(out, i);
        }
    }

    private static void geluTanh(float[] x, float[] gradient, int offset, int end, float[] out) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = offset; i < end; i += LANES) {
            FloatVector v = VectorFunctions.clamp(FloatVector.fromArray(SPECIES, x, i), -GELU_LIMIT, GELU_LIMIT);
            FloatVector t =
                    VectorFunctions.tanh(v.mul(GELU_CUBE).mul(v).fma(v, v).mul(SQRT_2_OVER_PI));
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
