package io.tesserae.training.kernel;

import io.tesserae.kernel.ElementaryFunctions;
import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Activation;

/**
 * The definition: every kernel in plain loops, one value at a time, in the order that fixes its bits. Read these to learn what is
 * computed; {@link VectorGradientKernels} computes the same faster.
 */
final class ScalarGradientKernels implements GradientKernels {

    private static final int PARTIAL_SUMS = Kernels.PARTIAL_SUMS;

    @Override
    public void addColumnSums(float[] x, int rows, int columns, int from, int to, float[] sums) {
        for (int row = 0; row < rows; row++) {
            for (int c = from; c < to; c++) {
                sums[c] += x[row * columns + c];
            }
        }
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
        for (int row = from; row < to; row++) {
            int start = row * columns;
            float mean = mean(x, start, columns);
            float scale = scale(x, start, columns, mean, epsilon);
            float[] sums = new float[PARTIAL_SUMS]; // Σ g
            float[] products = new float[PARTIAL_SUMS]; // Σ g · n
            for (int i = 0; i < columns; i++) {
                float n = (x[start + i] - mean) * scale;
                float g = gradient[start + i] * weight[i];
                sums[i % PARTIAL_SUMS] += g;
                products[i % PARTIAL_SUMS] = Math.fma(g, n, products[i % PARTIAL_SUMS]);
            }
            float meanGradient = fold(sums) / columns;
            float meanProduct = fold(products) / columns;
            for (int i = 0; i < columns; i++) {
                float n = (x[start + i] - mean) * scale;
                float g = gradient[start + i] * weight[i];
                float result = scale * Math.fma(-n, meanProduct, g - meanGradient);
                out[start + i] = adds ? out[start + i] + result : result;
            }
            means[row] = mean;
            scales[row] = scale;
        }
    }

    /** A row's mean, to the bits that {@link Kernels#layerNorm} takes it at. */
    private static float mean(float[] x, int start, int columns) {
        float[] sums = new float[PARTIAL_SUMS];
        for (int i = 0; i < columns; i++) {
            sums[i % PARTIAL_SUMS] += x[start + i];
        }
        return fold(sums) / columns;
    }

    /** What a row's deviations are multiplied by, to the bits that {@link Kernels#layerNorm} takes it at. */
    private static float scale(float[] x, int start, int columns, float mean, float epsilon) {
        float[] squares = new float[PARTIAL_SUMS];
        for (int i = 0; i < columns; i++) {
            float deviation = x[start + i] - mean;
            squares[i % PARTIAL_SUMS] = Math.fma(deviation, deviation, squares[i % PARTIAL_SUMS]);
        }
        return reciprocalDeviation(fold(squares), columns, epsilon);
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
        for (int row = 0; row < rows; row++) {
            for (int c = from; c < to; c++) {
                float n = (x[row * columns + c] - means[row]) * scales[row];
                float g = gradient[row * columns + c];
                weightGradient[c] = Math.fma(g, n, weightGradient[c]);
                biasGradient[c] += g;
            }
        }
    }

    @Override
    public void activation(Activation activation, float[] x, float[] gradient, int offset, int count, float[] out) {
        for (int i = offset; i < offset + count; i++) {
            out[i] = gradient[i] * ActivationGradients.slope(activation, x[i]);
        }
    }

    @Override
    public void softmax(
            float[] p, int offset, float[] gradient, int gradientOffset, int count, float[] out, int outOffset) {
        float sum = dot(p, offset, gradient, gradientOffset, count);
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = p[offset + i] * (gradient[gradientOffset + i] - sum);
        }
    }

    @Override
    public float logSumExp(float[] x, int offset, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = offset; i < offset + count; i++) {
            max = x[i] > max ? x[i] : max;
        }
        float[] sums = new float[PARTIAL_SUMS];
        for (int i = 0; i < count; i++) {
            sums[i % PARTIAL_SUMS] += ElementaryFunctions.exp(x[offset + i] - Kernels.shift(max));
        }
        return logarithm(max, fold(sums));
    }

    /** {@code max + ln sum}: {@link StrictMath} has the same bits everywhere, which {@link Math#log} does not promise. */
    static float logarithm(float max, float sum) {
        return (float) (max + StrictMath.log(sum));
    }

    @Override
    public void dropout(Draw draw, float p, long place, float[] x, int offset, int count, float[] out, int outOffset) {
        requireDropout(p, place, count);
        int least = leastKept(p);
        float scale = 1f / (1f - p);
        for (int i = 0; i < count; i++) {
            boolean kept = draw.bits(place + i) >>> 8 >= least;
            out[outOffset + i] = kept ? x[offset + i] * scale : 0f;
        }
    }

    static void requireDropout(float p, long place, int count) {
        if (!(p >= 0f && p < 1f)) {
            throw new IllegalArgumentException("dropout: expected a probability from 0 to below 1, found " + p);
        }
        if (place < 0 || place % 32 != 0 || place > Draw.PLACES - count) {
            throw new IllegalArgumentException("dropout: expected a first place from 0 to " + (Draw.PLACES - count)
                    + " that is a multiple of 32, found " + place);
        }
    }

    /** The least number of 24 bits whose {@code 2⁻²⁴}th part is not below p: {@link Draw#uniform} from p on is kept. */
    static int leastKept(float p) {
        return (int) Math.ceil(p * 0x1p24);
    }

    @Override
    public void scale(float a, float[] x, int offset, int count, float[] out, int outOffset) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = a * x[offset + i];
        }
    }

    @Override
    public void add(float[] x, int xOffset, float[] y, int yOffset, int count) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] += x[xOffset + i];
        }
    }

    @Override
    public void multiply(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = x[xOffset + i] * y[yOffset + i];
        }
    }

    @Override
    public float sumOfSquares(float[] x, int offset, int count) {
        return dot(x, offset, x, offset, count);
    }

    @Override
    public float dot(float[] x, int xOffset, float[] y, int yOffset, int count) {
        float[] sums = new float[PARTIAL_SUMS];
        for (int i = 0; i < count; i++) {
            sums[i % PARTIAL_SUMS] = Math.fma(x[xOffset + i], y[yOffset + i], sums[i % PARTIAL_SUMS]);
        }
        return fold(sums);
    }

    @Override
    public void average(float[] x, int offset, int count, float decay, float[] average) {
        for (int i = offset; i < offset + count; i++) {
            average[i] = Math.fma(1f - decay, x[i] - average[i], average[i]);
        }
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
        float share1 = (float) (1 - step.beta1()); // of this gradient in the moments
        float share2 = (float) (1 - step.beta2());
        float beta2 = (float) step.beta2();
        for (int i = offset; i < offset + count; i++) {
            float g = gradient[i] * step.gradientScale();
            float first = Math.fma(share1, g - firstMoment[i], firstMoment[i]);
            float second = Math.fma(share2 * g, g, secondMoment[i] * beta2);
            float denominator = (float) Math.sqrt(second) / step.biasCorrection() + step.epsilon();
            value[i] = value[i] * step.decay() - step.stepSize() * first / denominator;
            firstMoment[i] = first;
            secondMoment[i] = second;
        }
    }

    @Override
    public void sgd(SgdStep step, float[] gradient, int offset, int count, float[] momentum, float[] value) {
        for (int i = offset; i < offset + count; i++) {
            float g = Math.fma(step.weightDecay(), value[i], gradient[i] * step.gradientScale());
            float direction = g;
            if (momentum != null) {
                momentum[i] = step.first() ? g : Math.fma(step.momentum(), momentum[i], g);
                direction = step.nesterov() ? Math.fma(step.momentum(), momentum[i], g) : momentum[i];
            }
            value[i] = Math.fma(-step.learningRate(), direction, value[i]);
        }
    }

    /**
     * Adds up {@value Kernels#PARTIAL_SUMS} partial sums: the upper half onto the lower half, until one is left. Uses the array as
     * scratch.
     */
    static float fold(float[] partial) {
        for (int half = PARTIAL_SUMS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                partial[i] += partial[i + half];
            }
        }
        return partial[0];
    }

    /** 1 / √(variance + ε), from a sum of squared deviations. */
    static float reciprocalDeviation(float squares, int columns, float epsilon) {
        return 1f / (float) Math.sqrt(squares / columns + epsilon);
    }
}
