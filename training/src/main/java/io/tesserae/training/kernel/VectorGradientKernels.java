package io.tesserae.training.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;

import io.tesserae.kernel.ElementaryFunctions;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.VectorFunctions;
import io.tesserae.tensor.Activation;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link ScalarGradientKernels} on the machine's vectors: the same bits. Values that are left over after the last whole vector take the
 * scalar definition.
 */
final class VectorGradientKernels implements GradientKernels {

    private static final int LANES = SPECIES.length();
    private static final int PARTIAL_SUMS = Kernels.PARTIAL_SUMS;

    private static final ScalarGradientKernels SCALAR = new ScalarGradientKernels();

    /** Each thread's partial sums, two times: C2 does not keep an array in registers that vectors are stored to. */
    private static final ThreadLocal<float[][]> PARTIAL = ThreadLocal.withInitial(() -> new float[2][PARTIAL_SUMS]);

    @Override
    public void addColumnSums(float[] x, int rows, int columns, int from, int to, float[] sums) {
        int whole = from + SPECIES.loopBound(to - from);
        int row = 0;
        for (; row + 3 < rows; row += 4) { // four at a time: a sum is loaded and stored less often
            int at = row * columns;
            for (int c = from; c < whole; c += LANES) {
                FloatVector.fromArray(SPECIES, sums, c)
                        .add(FloatVector.fromArray(SPECIES, x, at + c))
                        .add(FloatVector.fromArray(SPECIES, x, at + columns + c))
                        .add(FloatVector.fromArray(SPECIES, x, at + 2 * columns + c))
                        .add(FloatVector.fromArray(SPECIES, x, at + 3 * columns + c))
                        .intoArray(sums, c);
            }
        }
        for (; row < rows; row++) {
            for (int c = from; c < whole; c += LANES) {
                FloatVector.fromArray(SPECIES, sums, c)
                        .add(FloatVector.fromArray(SPECIES, x, row * columns + c))
                        .intoArray(sums, c);
            }
        }
        SCALAR.addColumnSums(x, rows, columns, whole, to, sums);
    }

    @Override
    public void layerNorm(
            float[] x,
            float[] gradient,
            int from,
            int to,
            int columns,
            float[] weight,
            float epsilon,
            float[] means,
            float[] scales,
            boolean adds,
            float[] out) {
        float[][] partial = PARTIAL.get();
        for (int row = from; row < to; row++) {
            int start = row * columns;
            float mean = sum(x, start, columns, partial[0]) / columns;
            float squares = sumOfSquaredDeviations(x, start, columns, mean, partial[0]);
            float scale = ScalarGradientKernels.reciprocalDeviation(squares, columns, epsilon);
            sumGradients(x, gradient, start, columns, weight, mean, scale, partial[0], partial[1]);
            float meanGradient = ScalarGradientKernels.fold(partial[0]) / columns;
            float meanProduct = ScalarGradientKernels.fold(partial[1]) / columns;
            normGradient(x, gradient, start, columns, weight, mean, scale, meanGradient, meanProduct, adds, out);
            means[row] = mean;
            scales[row] = scale;
        }
    }

    /** Σ x, in chains; {@code partial} is overwritten. */
    private static float sum(float[] x, int offset, int count, float[] partial) {
        int whole = count / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int i = offset + chain; i < offset + whole; i += PARTIAL_SUMS) {
                sums = sums.add(FloatVector.fromArray(SPECIES, x, i));
            }
            sums.intoArray(partial, chain);
        }
        for (int i = whole; i < count; i++) {
            partial[i - whole] += x[offset + i];
        }
        return ScalarGradientKernels.fold(partial);
    }

    /** Σ (x − mean)², in chains; {@code partial} is overwritten. */
    private static float sumOfSquaredDeviations(float[] x, int offset, int count, float mean, float[] partial) {
        int whole = count / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int i = offset + chain; i < offset + whole; i += PARTIAL_SUMS) {
                FloatVector deviation = FloatVector.fromArray(SPECIES, x, i).sub(mean);
                sums = deviation.fma(deviation, sums);
            }
            sums.intoArray(partial, chain);
        }
        for (int i = whole; i < count; i++) {
            float deviation = x[offset + i] - mean;
            partial[i - whole] = Math.fma(deviation, deviation, partial[i - whole]);
        }
        return ScalarGradientKernels.fold(partial);
    }

    /** The chains of Σ g and of Σ g · n. */
    private static void sumGradients(
            float[] x,
            float[] gradient,
            int start,
            int columns,
            float[] weight,
            float mean,
            float scale,
            float[] sums,
            float[] products) {
        int whole = columns / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector product = FloatVector.zero(SPECIES);
            for (int i = chain; i < whole; i += PARTIAL_SUMS) {
                FloatVector n =
                        FloatVector.fromArray(SPECIES, x, start + i).sub(mean).mul(scale);
                FloatVector g = FloatVector.fromArray(SPECIES, gradient, start + i)
                        .mul(FloatVector.fromArray(SPECIES, weight, i));
                sum = sum.add(g);
                product = g.fma(n, product);
            }
            sum.intoArray(sums, chain);
            product.intoArray(products, chain);
        }
        for (int i = whole; i < columns; i++) {
            float n = (x[start + i] - mean) * scale;
            float g = gradient[start + i] * weight[i];
            sums[i - whole] += g;
            products[i - whole] = Math.fma(g, n, products[i - whole]);
        }
    }

    /** One row of the result. */
    private static void normGradient(
            float[] x,
            float[] gradient,
            int start,
            int columns,
            float[] weight,
            float mean,
            float scale,
            float meanGradient,
            float meanProduct,
            boolean adds,
            float[] out) {
        int whole = SPECIES.loopBound(columns);
        FloatVector factor = FloatVector.broadcast(SPECIES, meanProduct);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector n =
                    FloatVector.fromArray(SPECIES, x, start + i).sub(mean).mul(scale);
            FloatVector g =
                    FloatVector.fromArray(SPECIES, gradient, start + i).mul(FloatVector.fromArray(SPECIES, weight, i));
            FloatVector result = n.neg().fma(factor, g.sub(meanGradient)).mul(scale);
            if (adds) {
                result = FloatVector.fromArray(SPECIES, out, start + i).add(result);
            }
            result.intoArray(out, start + i);
        }
        for (int i = whole; i < columns; i++) {
            float n = (x[start + i] - mean) * scale;
            float g = gradient[start + i] * weight[i];
            float result = scale * Math.fma(-n, meanProduct, g - meanGradient);
            out[start + i] = adds ? out[start + i] + result : result;
        }
    }

    @Override
    public void layerNormParameters(
            float[] x,
            float[] gradient,
            int rows,
            int columns,
            int from,
            int to,
            float[] means,
            float[] scales,
            float[] weightGradient,
            float[] biasGradient) {
        int whole = from + SPECIES.loopBound(to - from);
        for (int row = 0; row < rows; row++) {
            int at = row * columns;
            float mean = means[row];
            float scale = scales[row];
            for (int c = from; c < whole; c += LANES) {
                FloatVector n =
                        FloatVector.fromArray(SPECIES, x, at + c).sub(mean).mul(scale);
                FloatVector g = FloatVector.fromArray(SPECIES, gradient, at + c);
                g.fma(n, FloatVector.fromArray(SPECIES, weightGradient, c)).intoArray(weightGradient, c);
                FloatVector.fromArray(SPECIES, biasGradient, c).add(g).intoArray(biasGradient, c);
            }
        }
        SCALAR.layerNormParameters(x, gradient, rows, columns, whole, to, means, scales, weightGradient, biasGradient);
    }

    @Override
    public void activation(Activation activation, float[] x, float[] gradient, int offset, int count, float[] out) {
        int whole = SPECIES.loopBound(count);
        VectorActivationGradients.multiply(activation, x, gradient, offset, offset + whole, out);
        SCALAR.activation(activation, x, gradient, offset + whole, count - whole, out);
    }

    @Override
    public void softmax(
            float[] p, int offset, float[] gradient, int gradientOffset, int count, float[] out, int outOffset) {
        float sum = dot(p, offset, gradient, gradientOffset, count);
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, p, offset + i)
                    .mul(FloatVector.fromArray(SPECIES, gradient, gradientOffset + i)
                            .sub(sum))
                    .intoArray(out, outOffset + i);
        }
        for (int i = whole; i < count; i++) {
            out[outOffset + i] = p[offset + i] * (gradient[gradientOffset + i] - sum);
        }
    }

    @Override
    public float logSumExp(float[] x, int offset, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = offset; i < offset + count; i++) {
            max = x[i] > max ? x[i] : max;
        }
        float shift = Kernels.shift(max);
        float[] partial = PARTIAL.get()[0];
        int whole = count / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int i = offset + chain; i < offset + whole; i += PARTIAL_SUMS) {
                sums = sums.add(
                        VectorFunctions.exp(FloatVector.fromArray(SPECIES, x, i).sub(shift)));
            }
            sums.intoArray(partial, chain);
        }
        for (int i = whole; i < count; i++) {
            partial[i - whole] += ElementaryFunctions.exp(x[offset + i] - shift);
        }
        return ScalarGradientKernels.logarithm(max, ScalarGradientKernels.fold(partial));
    }

    @Override
    public void dropout(Draw draw, float p, long place, float[] x, int offset, int count, float[] out, int outOffset) {
        ScalarGradientKernels.requireDropout(p, place, count);
        int whole = count / VectorDropout.RUN * VectorDropout.RUN;
        VectorDropout.dropout(draw, p, place, x, offset, whole, out, outOffset);
        SCALAR.dropout(draw, p, place + whole, x, offset + whole, count - whole, out, outOffset + whole);
    }

    @Override
    public void scale(float a, float[] x, int offset, int count, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, x, offset + i).mul(a).intoArray(out, outOffset + i);
        }
        SCALAR.scale(a, x, offset + whole, count - whole, out, outOffset + whole);
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, y, yOffset + i)
                    .add(FloatVector.fromArray(SPECIES, x, xOffset + i))
                    .intoArray(y, yOffset + i);
        }
        SCALAR.add(x, xOffset + whole, y, yOffset + whole, count - whole);
    }

    @Override
    public void multiply(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .mul(FloatVector.fromArray(SPECIES, y, yOffset + i))
                    .intoArray(out, outOffset + i);
        }
        SCALAR.multiply(x, xOffset + whole, y, yOffset + whole, count - whole, out, outOffset + whole);
    }

    @Override
    public float sumOfSquares(float[] x, int offset, int count) {
        return dot(x, offset, x, offset, count);
    }

    @Override
    public float dot(float[] x, int xOffset, float[] y, int yOffset, int count) {
        float[] partial = PARTIAL.get()[0];
        int whole = count / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int i = chain; i < whole; i += PARTIAL_SUMS) {
                sums = FloatVector.fromArray(SPECIES, x, xOffset + i)
                        .fma(FloatVector.fromArray(SPECIES, y, yOffset + i), sums);
            }
            sums.intoArray(partial, chain);
        }
        for (int i = whole; i < count; i++) {
            partial[i - whole] = Math.fma(x[xOffset + i], y[yOffset + i], partial[i - whole]);
        }
        return ScalarGradientKernels.fold(partial);
    }

    @Override
    public void average(float[] x, int offset, int count, float decay, float[] average) {
        int end = offset + SPECIES.loopBound(count);
        FloatVector share = FloatVector.broadcast(SPECIES, 1f - decay);
        for (int i = offset; i < end; i += LANES) {
            FloatVector before = FloatVector.fromArray(SPECIES, average, i);
            share.fma(FloatVector.fromArray(SPECIES, x, i).sub(before), before).intoArray(average, i);
        }
        SCALAR.average(x, end, offset + count - end, decay, average);
    }

    @Override
    public void adamW(
            AdamWStep step,
            float[] gradient,
            int offset,
            int count,
            float[] firstMoment,
            float[] secondMoment,
            float[] value) {
        int end = offset + SPECIES.loopBound(count);
        FloatVector share1 = FloatVector.broadcast(SPECIES, (float) (1 - step.beta1()));
        FloatVector share2 = FloatVector.broadcast(SPECIES, (float) (1 - step.beta2()));
        FloatVector beta2 = FloatVector.broadcast(SPECIES, (float) step.beta2());
        FloatVector gradientScale = FloatVector.broadcast(SPECIES, step.gradientScale());
        FloatVector biasCorrection = FloatVector.broadcast(SPECIES, step.biasCorrection());
        FloatVector epsilon = FloatVector.broadcast(SPECIES, step.epsilon());
        FloatVector decay = FloatVector.broadcast(SPECIES, step.decay());
        FloatVector stepSize = FloatVector.broadcast(SPECIES, step.stepSize());
        for (int i = offset; i < end; i += LANES) {
            FloatVector g = FloatVector.fromArray(SPECIES, gradient, i).mul(gradientScale);
            FloatVector before = FloatVector.fromArray(SPECIES, firstMoment, i);
            FloatVector first = share1.fma(g.sub(before), before);
            FloatVector second = share2.mul(g)
                    .fma(g, FloatVector.fromArray(SPECIES, secondMoment, i).mul(beta2));
            FloatVector denominator = second.sqrt().div(biasCorrection).add(epsilon);
            FloatVector.fromArray(SPECIES, value, i)
                    .mul(decay)
                    .sub(stepSize.mul(first).div(denominator))
                    .intoArray(value, i);
            first.intoArray(firstMoment, i);
            second.intoArray(secondMoment, i);
        }
        SCALAR.adamW(step, gradient, end, offset + count - end, firstMoment, secondMoment, value);
    }

    @Override
    public void sgd(SgdStep step, float[] gradient, int offset, int count, float[] momentum, float[] value) {
        int end = offset + SPECIES.loopBound(count);
        if (momentum == null) {
            descend(step, gradient, offset, end, value);
        } else {
            if (step.first()) { // the buffer becomes the gradient, which the sum of −0 and any number is, even of −0
                Arrays.fill(momentum, offset, end, -0f);
            }
            descendWithMomentum(step, gradient, offset, end, momentum, value);
        }
        SCALAR.sgd(step, gradient, end, offset + count - end, momentum, value);
    }

    private static void descend(SgdStep step, float[] gradient, int offset, int end, float[] value) {
        FloatVector weightDecay = FloatVector.broadcast(SPECIES, step.weightDecay());
        FloatVector negativeRate = FloatVector.broadcast(SPECIES, -step.learningRate());
        for (int i = offset; i < end; i += LANES) {
            FloatVector before = FloatVector.fromArray(SPECIES, value, i);
            FloatVector g = weightDecay.fma(
                    before, FloatVector.fromArray(SPECIES, gradient, i).mul(step.gradientScale()));
            negativeRate.fma(g, before).intoArray(value, i);
        }
    }

    private static void descendWithMomentum(
            SgdStep step, float[] gradient, int offset, int end, float[] momentum, float[] value) {
        FloatVector weightDecay = FloatVector.broadcast(SPECIES, step.weightDecay());
        FloatVector factor = FloatVector.broadcast(SPECIES, step.momentum());
        FloatVector negativeRate = FloatVector.broadcast(SPECIES, -step.learningRate());
        VectorMask<Float> ahead = SPECIES.maskAll(step.nesterov());
        for (int i = offset; i < end; i += LANES) {
            FloatVector before = FloatVector.fromArray(SPECIES, value, i);
            FloatVector g = weightDecay.fma(
                    before, FloatVector.fromArray(SPECIES, gradient, i).mul(step.gradientScale()));
            FloatVector moved = factor.fma(FloatVector.fromArray(SPECIES, momentum, i), g);
            moved.intoArray(momentum, i);
            negativeRate.fma(moved.blend(factor.fma(moved, g), ahead), before).intoArray(value, i);
        }
    }
}
