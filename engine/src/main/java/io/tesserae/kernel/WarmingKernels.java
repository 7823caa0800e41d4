package io.tesserae.kernel;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;

/**
 * The vector kernels once the compiler has compiled them, and until then the same arithmetic without vectors, to the same bits: only
 * the time differs. For programs with one question.
 *
 * <p>Before C2 has compiled code with vectors, every vector is an object and every operation a loop over its lanes, some
 * thousand times slower than the instruction. A first answer waits for that. Scalar code is compiled much sooner: one
 * sentence of 16 tokens through DistilBERT-base, just loaded, takes 0.3 s without vectors, and 0.4 to 0.8 s with them, on two
 * processors; and the compiler does not delay the loading. A program with more questions waits longer for full speed: both processors
 * are busy, so vectors are compiled a second later.
 */
final class WarmingKernels implements Kernels {

    /** Multiply-adds until vectors are worth the compiler's time: a few more than 16 tokens through DistilBERT-base. */
    private static final long WORK_BEFORE_WARM_UP = 650_000_000;

    /** More rows than this, a long text, a batch or a picture, are done sooner with vectors that are yet to be compiled. */
    private static final int SHORT = 32;

    private static volatile boolean compiled;
    private static volatile long work; // about so much: threads may overwrite each other's

    private final VectorKernels vector = new VectorKernels();
    private final ScalarKernels scalar = new ScalarKernels();

    /** From now on everybody computes with vectors: they are compiled, or there is so much to do that they had better be. */
    static void vectorsAreCompiled() {
        compiled = true;
    }

    /** Whether there has been anything to compute. */
    static boolean haveComputed() {
        return compiled || work > 0;
    }

    /** Those that compute at this moment. */
    Kernels now() {
        return compiled ? vector : scalar;
    }

    /** For rows of a product, or queries: remembers what was computed without vectors, and ends that where it gets too much. */
    private Kernels nowFor(int rows, long multiplyAdds) {
        if (compiled) {
            return vector;
        }
        if (rows > SHORT) {
            WarmUp.beginForAWhile();
            vectorsAreCompiled();
            return vector;
        }
        work += multiplyAdds;
        if (work > WORK_BEFORE_WARM_UP) {
            WarmUp.beginUntilCompiled();
        }
        return scalar;
    }

    @Override
    public String description() {
        return vector.description();
    }

    @Override
    public TileShape tileShape(int rows, Precision precision) {
        return vector.tileShape(rows, precision);
    }

    @Override
    public boolean keepsHalves() {
        return vector.keepsHalves();
    }

    @Override
    public int panelColumns() {
        return vector.panelColumns();
    }

    @Override
    public int blockDepth() {
        return vector.blockDepth();
    }

    @Override
    public boolean packsLate() {
        return true;
    }

    @Override
    public boolean readsRows(int rows, long multiplyAdds) {
        return nowFor(rows, multiplyAdds) == scalar;
    }

    @Override
    public void packRows(
            MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset) {
        vector.packRows(matrix, first, count, tileRows, columns, packed, packedOffset);
    }

    @Override
    public void transpose(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        vector.transpose(x, from, stride, rows, columns, out, to, pitch);
    }

    @Override
    public void cutRows(
            float[] x, int from, int stride, int rows, int columns, int pieces, float[] out, int to, int pieceStep) {
        vector.cutRows(x, from, stride, rows, columns, pieces, out, to, pieceStep);
    }

    @Override
    public boolean scale(float factor, float[] packed, int offset, int count) {
        return vector.scale(factor, packed, offset, count);
    }

    @Override
    public void multiply(Product product, float[] packedRows, int column, int nextColumn, Scratch scratch) {
        vector.multiply(product, packedRows, column, nextColumn, scratch);
    }

    @Override
    public void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            AttentionMaps maps,
            Scratch scratch) {
        int queries = task.queries();
        int channels = operands.shape().headSize() + operands.shape().valueSize();
        nowFor(queries, (long) queries * pattern.keys(task.sequence()) * channels)
                .attend(operands, pattern, task, maps, scratch);
    }

    @Override
    public void attendTogether(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask first,
            int heads,
            AttentionMaps maps,
            Scratch scratch) {
        int queries = first.queries();
        int channels = operands.shape().headSize() + operands.shape().valueSize();
        nowFor(queries, (long) queries * heads * pattern.keys(first.sequence()) * channels)
                .attendTogether(operands, pattern, first, heads, maps, scratch);
    }

    @Override
    public void activate(Activation activation, float[] data, int offset, int rows, int columns, int stride) {
        now().activate(activation, data, offset, rows, columns, stride);
    }

    @Override
    public void addScaled(float a, float[] x, int xOffset, float[] y, int yOffset, int count) {
        now().addScaled(a, x, xOffset, y, yOffset, count);
    }

    @Override
    public void gate(Activation activation, float[] x, int from, int to, int columns, float[] out) {
        now().gate(activation, x, from, to, columns, out);
    }

    @Override
    public void rmsNorm(float[] x, int from, int to, int columns, float[] weight, float epsilon, float[] out) {
        now().rmsNorm(x, from, to, columns, weight, epsilon, out);
    }

    @Override
    public void standardize(float[] x, int from, int to, int columns, float epsilon, float[] out) {
        now().standardize(x, from, to, columns, epsilon, out);
    }

    @Override
    public void means(float[] x, int from, int to, int columns, float[] out) {
        now().means(x, from, to, columns, out);
    }

    @Override
    public void scaleRows(
            float[] x, int from, int to, int columns, float[] scale, float[] shift, int period, float[] out) {
        now().scaleRows(x, from, to, columns, scale, shift, period, out);
    }

    @Override
    public void rotate(RotaryTable table, float[] x, int offset, int stride, int[] positions) {
        now().rotate(table, x, offset, stride, positions);
    }

    @Override
    public void softmax(float[] data, int offset, int count) {
        now().softmax(data, offset, count);
    }

    @Override
    public void layerNorm(
            float[] x, int from, int to, int columns, float[] weight, float[] bias, float epsilon, float[] out) {
        now().layerNorm(x, from, to, columns, weight, bias, epsilon, out);
    }

    @Override
    public void blendRows(
            byte[] rows,
            int offset,
            int stride,
            int[] weights,
            int firstWeight,
            int count,
            byte[] out,
            int outOffset,
            int length) {
        now().blendRows(rows, offset, stride, weights, firstWeight, count, out, outOffset, length);
    }
}
