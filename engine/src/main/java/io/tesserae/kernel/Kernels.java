package io.tesserae.kernel;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;

/**
 * The arithmetic of the machine, one block of work on one thread at a time.
 *
 * <p>{@link ScalarKernels} defines every result bit for bit; {@link VectorKernels} computes the same bits with the widest
 * vectors of the machine. Sums are chains of {@link Math#fma} in a fixed order; sums over a row's values, which would make
 * one long chain, are {@value #PARTIAL_SUMS} chains (value i belongs to chain i mod {@value #PARTIAL_SUMS}) that are then
 * added pairwise: see {@link ScalarKernels#fold}. The whole contract is in {@code docs/numerics.md}.
 */
public sealed interface Kernels permits ScalarKernels, VectorKernels, WarmingKernels {

    /** Chains of a sum along a row: the lanes of the widest vectors there are, so that every narrower machine can follow. */
    int PARTIAL_SUMS = 16;

    /**
     * Keys of a block of attention, which is finished before the next: block b of a sequence are its keys from {@code b} times this on.
     * A multiple of {@link #PARTIAL_SUMS}.
     */
    int KEY_BLOCK = 1024;

    /** Queries up to which heads that share their keys are one task. */
    int FEW_QUERIES = 4;

    /** The fastest kernels that this JVM can run: the vector kernels where {@code jdk.incubator.vector} is present. */
    static Kernels best() {
        return KernelChoice.best();
    }

    /** The kernels that define the results; slow. */
    static Kernels scalar() {
        return new ScalarKernels();
    }

    /** What they are, for people: {@code "vector, 512 bits"}. */
    String description();

    /**
     * How a product of so many rows is cut into tiles.
     *
     * @param precision of the weight, as it is kept
     */
    TileShape tileShape(int rows, Precision precision);

    /** Whether products can read weights of 16 and of 8 bits; if not, they are kept as float32. */
    boolean keepsHalves();

    /** Whether weights are packed when a product first wants them so, not when they are loaded. */
    default boolean packsLate() {
        return false;
    }

    /**
     * Whether a product of so many rows had better be computed from a weight's rows, packed or not.
     *
     * @param multiplyAdds what it will compute
     */
    default boolean readsRows(int rows, long multiplyAdds) {
        return false;
    }

    /** Weights have columns for whole panels, of so many columns each; tiles are one panel wide, or two. */
    int panelColumns();

    /** Columns, rounded up to whole panels. */
    default int wholePanels(int columns) {
        return Math.ceilDiv(columns, panelColumns()) * panelColumns();
    }

    /** The depth at which sums may be interrupted, where a product is too deep for the caches. */
    int blockDepth();

    /**
     * Packs rows for one tile: {@code packed[k][row]}. Rows that the tile has beyond {@code count} become zero.
     *
     * @param matrix {@code [rows, columns]}
     * @param first the tile's first row
     * @param count rows that exist
     * @param tileRows rows of the tile, {@code count} or more
     */
    void packRows(MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset);

    /** Rows side by side: {@code out[to + column · pitch + row] = x[from + row · stride + column]}. */
    default void transpose(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        Transpose.oneByOne(x, from, stride, rows, columns, out, to, pitch);
    }

    /**
     * Cuts rows into pieces, and puts the first pieces of all rows one after the other, then the second ones: {@code out[to + piece ·
     * pieceStep + row · columns + column] = x[from + row · stride + piece · columns + column]}.
     *
     * @param columns of a piece
     */
    default void cutRows(
            float[] x, int from, int stride, int rows, int columns, int pieces, float[] out, int to, int pieceStep) {
        for (int row = 0; row < rows; row++) {
            for (int piece = 0; piece < pieces; piece++) {
                int at = from + row * stride + piece * columns;
                System.arraycopy(x, at, out, to + piece * pieceStep + row * columns, columns);
            }
        }
    }

    /**
     * Multiplies packed activations by a power of two, in place; unless one of them would become infinite, or is a NaN, then none.
     *
     * @return whether they were multiplied
     */
    boolean scale(float factor, float[] packed, int offset, int count);

    /**
     * Computes one tile's width of columns of a product, for all its rows: those of its panels that the weight has and the
     * product wants.
     *
     * @param packedRows the product's activations, {@code [rows, depth]}, tile after tile as {@link #packRows} packs them; where
     *     the weight's {@link PackedMatrix#factor} is not 1, followed by what each tile was multiplied by
     * @param column where the tile's columns begin
     * @param nextColumn where this thread will probably go on: weights that it is worth having at hand
     */
    void multiply(Product product, float[] packedRows, int column, int nextColumn, Scratch scratch);

    /** Puts every value of a block, {@code rows} runs of {@code columns} values at each {@code stride}, through an activation. */
    void activate(Activation activation, float[] data, int offset, int rows, int columns, int stride);

    /** {@code y[i] = fma(a, x[i], y[i])} for {@code count} values. */
    void addScaled(float a, float[] x, int xOffset, float[] y, int yOffset, int count);

    /**
     * The gate of a gated feed-forward block, {@code activation(gate) · up}: Shazeer, arXiv 2002.05202, equation 6.
     *
     * @param x {@code [rows, 2 · columns]}, every row's gate first; rows {@code from} to {@code to} are read
     * @param out {@code [rows, columns]}; the same rows are written; not {@code x}
     */
    default void gate(Activation activation, float[] x, int from, int to, int columns, float[] out) {
        ScalarGate.gate(activation, x, from, to, columns, out);
    }

    /**
     * Turns one row of scores into probabilities, in place: {@code exp(x - max)}, each times the reciprocal of their sum.
     *
     * @param count values in the row; 1 or more
     */
    void softmax(float[] data, int offset, int count);

    /**
     * Layer normalisation of rows: {@code (x - mean) / √(variance + epsilon) · weight + bias}, with the population variance.
     * Ba, Kiros and Hinton, arXiv 1607.06450.
     *
     * @param x {@code [rows, columns]}, row-major; rows {@code from} to {@code to} are read
     * @param out the same rows are written; may be {@code x}
     */
    void layerNorm(float[] x, int from, int to, int columns, float[] weight, float[] bias, float epsilon, float[] out);

    /**
     * Normalisation of rows by their root mean square: {@code x / √(mean(x²) + epsilon) · weight}. Zhang and Sennrich, arXiv
     * 1910.07467, equation 4.
     *
     * @param x {@code [rows, columns]}, row-major; rows {@code from} to {@code to} are read
     * @param out the same rows are written; may be {@code x}
     */
    default void rmsNorm(float[] x, int from, int to, int columns, float[] weight, float epsilon, float[] out) {
        ScalarRmsNorm.rmsNorm(x, from, to, columns, weight, epsilon, out);
    }

    /**
     * Rows brought to mean 0 and variance 1: {@code (x - mean) / √(variance + epsilon)}, with the population variance. Instance
     * normalisation, where a row is a channel of a picture: Ulyanov, Vedaldi and Lempitsky, arXiv 1607.08022; and where it is several
     * channels, group normalisation without its weight and bias: Wu and He, arXiv 1803.08494.
     *
     * @param x {@code [rows, columns]}, row-major; rows {@code from} to {@code to} are read
     * @param columns 1 or more
     * @param out the same rows are written; may be {@code x}
     */
    default void standardize(float[] x, int from, int to, int columns, float epsilon, float[] out) {
        ScalarChannels.standardize(x, from, to, columns, epsilon, out);
    }

    /**
     * The mean of each row.
     *
     * @param x {@code [rows, columns]}, row-major; rows {@code from} to {@code to} are read
     * @param columns 1 or more
     * @param out {@code [rows]}; the same rows are written
     */
    default void means(float[] x, int from, int to, int columns, float[] out) {
        ScalarChannels.means(x, from, to, columns, out);
    }

    /**
     * Every row times its scale, plus its shift: {@code fma(x, scale[row mod period], shift[row mod period])}.
     *
     * @param x {@code [rows, columns]}, row-major; rows {@code from} to {@code to} are read
     * @param scale {@code [period]}
     * @param shift {@code [period]}
     * @param period after how many rows scales and shifts begin again: the channels of a picture
     * @param out the same rows are written; may be {@code x}
     */
    default void scaleRows(
            float[] x, int from, int to, int columns, float[] scale, float[] shift, int period, float[] out) {
        ScalarChannels.scaleRows(x, from, to, columns, scale, shift, period, out);
    }

    /**
     * Turns pairs of channels of some rows, in place, each row by its position: see {@link RotaryTable}. A channel becomes {@code
     * fma(x[partner], sine, x[i] · cosine)}; those behind the table's channels stay as they are.
     *
     * @param x row i begins at {@code offset + i · stride}
     * @param positions which position each row is at; there is one for each row
     */
    default void rotate(RotaryTable table, float[] x, int offset, int stride, int[] positions) {
        ScalarRotary.rotate(table, x, offset, stride, positions);
    }

    /**
     * Attention of one head, for the queries and keys of one sequence: Vaswani et al., arXiv 1706.03762, section 3.2.1. A query
     * attends to the keys that it sees, {@code first} to {@code end}, as these steps say and no others:
     *
     * <pre>
     * score[k]   = Σ key[k][c] · query[c]       one fma chain from 0, c ascending
     * s[k]       = score[k] · scale             or, with a bias, fma(score[k], scale, bias[k])
     * e[k]       = exp(s[k] − max)              max of all s so far: see below
     * sum        = Σ e[k]                       as {@link #softmax} sums: key k of the sequence is in chain k mod {@value #PARTIAL_SUMS}
     * context[c] = Σ value[k][c] · e[k]         one fma chain from 0, k ascending
     * out[c]     = context[c] · (1 / sum)
     * </pre>
     *
     * <p>Keys are taken in blocks of {@value #KEY_BLOCK}, by their index in the sequence. A block's {@code max} is the greatest score of this
     * block and of those before it. Where it is greater than it was, all chains of the sum and of the context are multiplied by {@code
     * exp(old max − max)}, before the block's exponentials are added to them: Milakov and Gimelshein, arXiv 1805.02867, algorithm 3.
     * A block of which the query sees no key is left out. While no score is greater than −∞, {@code e[k] = exp(s[k])}; if that is so
     * at the end, the result is NaN, as in any softmax of such scores.
     *
     * <p>So a result depends on the query, on the keys and values that it sees, and on each key's index in the sequence; neither on the
     * other queries of the call, nor on the keys that it does not see. One more token at a time, a text in parts and all of it at once
     * give the same bits. A query that sees no key has a context of zero.
     *
     * @param task which sequence, head and queries
     * @param maps their probabilities, {@code exp(s[k] − max) · (1 / sum)} with the greatest of all scores, are zero for keys that a query
     *     does not see
     */
    void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            AttentionMaps maps,
            Scratch scratch);

    /**
     * {@link #attend} of neighbouring heads that share their keys and values: what is done to keys need be done once for all.
     *
     * @param first the first of the heads
     * @param heads how many
     */
    default void attendTogether(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask first,
            int heads,
            AttentionMaps maps,
            Scratch scratch) {
        for (int head = 0; head < heads; head++) {
            attend(operands, pattern, first.ofHeadAfter(head), maps, scratch);
        }
    }

    /** What a block's scores are exponentiated relative to, when this is the greatest so far. */
    static float shift(float max) {
        return max == Float.NEGATIVE_INFINITY ? 0f : max; // −∞ − −∞ would be NaN, and greater scores may follow
    }

    /** What probabilities are multiplied by, when these are the greatest score and the sum of the exponentials. */
    static float reciprocal(float max, float sum) {
        return max == Float.NEGATIVE_INFINITY ? Float.NaN : 1f / sum;
    }

    /** Bits behind the point in the weights of {@link #blendRows}: Pillow's {@code PRECISION_BITS}. */
    int BLEND_FRACTION_BITS = 22;

    /**
     * One row of 8-bit values as a weighted sum of rows: the inner loop of Pillow's resampling. {@code out[i]} is
     * {@code (½ + Σ weights[k] · rows[k][i]) >> 22}, brought between 0 and 255; weights are fixed-point numbers with
     * {@value #BLEND_FRACTION_BITS} bits behind the point. Sums are 32-bit integers that wrap, so their order does not
     * matter.
     *
     * @param rows unsigned bytes; row k begins at {@code offset + k * stride}
     * @param weights one for each row, from {@code firstWeight} on
     * @param count how many rows are added up
     * @param out receives {@code length} values from {@code outOffset} on; not the array of {@code rows}
     */
    default void blendRows(
            byte[] rows,
            int offset,
            int stride,
            int[] weights,
            int firstWeight,
            int count,
            byte[] out,
            int outOffset,
            int length) {
        ScalarBlend.blendRows(rows, offset, stride, weights, firstWeight, count, out, outOffset, length);
    }
}
