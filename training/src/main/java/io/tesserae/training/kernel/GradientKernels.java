package io.tesserae.training.kernel;

import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Activation;

/**
 * The arithmetic of backward passes and of optimisers, one block of work on one thread at a time: what {@link Kernels} is to forward
 * passes.
 *
 * <p>{@link ScalarGradientKernels} defines every result bit for bit; {@link VectorGradientKernels} computes the same bits with vectors.
 * Sums along a row are {@value Kernels#PARTIAL_SUMS} chains (value i belongs to chain i mod {@value Kernels#PARTIAL_SUMS}) that are
 * added pairwise at the end, as in {@link Kernels}; sums down a column are one chain, rows ascending.
 */
@SuppressWarnings("exports") // what it computes with is not for others
public sealed interface GradientKernels permits ScalarGradientKernels, VectorGradientKernels {

    /** Those that belong to an engine's kernels: scalar beside scalar ones, else with vectors. */
    static GradientKernels beside(Kernels kernels) {
        boolean scalar = kernels.description().equals(Kernels.scalar().description());
        return scalar ? new ScalarGradientKernels() : new VectorGradientKernels();
    }

    /**
     * Adds up columns: {@code sums[c] = sums[c] + x[0][c] + x[1][c] + …}, for the columns {@code from} to {@code to}.
     *
     * @param x {@code [rows, columns]}
     * @param sums {@code [columns]}
     */
    void addColumnSums(float[] x, int rows, int columns, int from, int to, float[] sums);

    /**
     * The gradient of {@link Kernels#layerNorm} with respect to its input, for the rows {@code from} to {@code to}. With {@code n =
     * (x − mean) · scale} and {@code g = gradient · weight}: {@code scale · (g − mean(g) − n · mean(g · n))}.
     *
     * @param x what was normalised, {@code [rows, columns]}
     * @param gradient of the result, {@code [rows, columns]}
     * @param means receives every row's mean, {@code [rows]}
     * @param scales receives every row's {@code 1 / √(variance + epsilon)}, {@code [rows]}
     * @param adds whether the result is added to what {@code out} holds
     * @param out {@code [rows, columns]}; may be {@code gradient} if nothing is added
     */
    void layerNorm(
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
            float[] out);

    /**
     * Adds the gradients of a layer norm's weight and bias, for the columns {@code from} to {@code to}: one chain of {@link Math#fma} down
     * each column, {@code weightGradient[c] += gradient[r][c] · n[r][c]} and {@code biasGradient[c] += gradient[r][c]}.
     *
     * @param means as {@link #layerNorm} leaves them
     * @param scales as {@link #layerNorm} leaves them
     */
    void layerNormParameters(
            float[] x,
            float[] gradient,
            int rows,
            int columns,
            int from,
            int to,
            float[] means,
            float[] scales,
            float[] weightGradient,
            float[] biasGradient);

    /**
     * The gradient of an activation: {@code out[i] = gradient[i] · activation'(x[i])} for {@code count} values.
     *
     * @param x what went into the activation
     * @param out may be {@code gradient}
     */
    void activation(Activation activation, float[] x, float[] gradient, int offset, int count, float[] out);

    /**
     * The gradient of {@link Kernels#softmax}, for one row: {@code out[i] = p[i] · (gradient[i] − Σ p · gradient)}.
     *
     * @param p the probabilities
     * @param out may be {@code gradient}
     */
    void softmax(float[] p, int offset, float[] gradient, int gradientOffset, int count, float[] out, int outOffset);

    /**
     * The logarithm of a row's sum of exponentials, {@code max + ln Σ exp(x − max)}.
     *
     * @param count values in the row; 1 or more
     */
    float logSumExp(float[] x, int offset, int count);

    /**
     * Leaves values out by chance, and makes up for it: {@code out[i] = x[i] · (1 / (1 − p))} or 0. Srivastava et al., JMLR 15, 2014. Which
     * values are left out depends on the draw, on p and on the place of each value alone: see {@link Draw}.
     *
     * @param p the probability of being left out, from 0 to below 1
     * @param place the first value's place among all that the draw is for; a multiple of 32
     * @param out may be {@code x}
     * @throws IllegalArgumentException if p or the place is another
     */
    void dropout(Draw draw, float p, long place, float[] x, int offset, int count, float[] out, int outOffset);

    /** {@code out[i] = a · x[i]}. */
    void scale(float a, float[] x, int offset, int count, float[] out, int outOffset);

    /** {@code y[i] = y[i] + x[i]}. */
    void add(float[] x, int xOffset, float[] y, int yOffset, int count);

    /** {@code out[i] = x[i] · y[i]}. */
    void multiply(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset);

    /** {@code Σ x[i]²}. */
    float sumOfSquares(float[] x, int offset, int count);

    /** {@code Σ x[i] · y[i]}. */
    float dot(float[] x, int xOffset, float[] y, int yOffset, int count);

    /** {@code average[i] = average[i] + (1 − decay) · (x[i] − average[i])}: an exponential moving average. */
    void average(float[] x, int offset, int count, float decay, float[] average);

    /**
     * One step of AdamW for {@code count} values: Loshchilov and Hutter, arXiv 1711.05101, algorithm 2; torch.optim.AdamW's order of
     * operations.
     */
    void adamW(
            AdamWStep step,
            float[] gradient,
            int offset,
            int count,
            float[] firstMoment,
            float[] secondMoment,
            float[] value);

    /**
     * One step of stochastic gradient descent with momentum for {@code count} values; torch.optim.SGD's order of operations.
     *
     * @param momentum the buffer; null where there is no momentum
     */
    void sgd(SgdStep step, float[] gradient, int offset, int count, float[] momentum, float[] value);
}
