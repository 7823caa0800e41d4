package io.tesserae.kernel;

import static io.tesserae.kernel.VectorKernels.LANES;
import static io.tesserae.kernel.VectorKernels.PANEL_COLUMNS;

import io.tesserae.tensor.Precision;
import java.util.Arrays;

/**
 * The scalar definitions on the vector kernels' layout: packed weights, packed activations and waiting sums are those of
 * {@link VectorKernels}, so that a product which one of them begins the other can go on with, to the same bits. For the time until
 * the compiler has compiled the vector kernels; see {@link WarmingKernels}.
 */
final class InterimKernels implements Kernels {

    private static final ScalarKernels SCALAR = new ScalarKernels();

    @Override
    public String description() {
        return "scalar, on the layout of vectors";
    }

    @Override
    public TileShape tileShape(int rows, Precision precision) {
        return VectorKernels.shapeFor(rows, precision);
    }

    @Override
    public boolean keepsHalves() {
        return VectorKernels.MANY_REGISTERS;
    }

    @Override
    public int panelColumns() {
        return PANEL_COLUMNS;
    }

    @Override
    public int blockDepth() {
        return VectorProduct.DEPTH;
    }

    @Override
    public void packRows(
            MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset) {
        if (count < tileRows) {
            Arrays.fill(packed, packedOffset, packedOffset + tileRows * columns, 0f);
        }
        Transpose.oneByOne(
                matrix.data(), matrix.row(first), matrix.stride(), count, columns, packed, packedOffset, tileRows);
    }

    @Override
    public boolean scale(float factor, float[] packed, int offset, int count) {
        return SCALAR.scale(factor, packed, offset, count);
    }

    @Override
    public void multiply(Product product, float[] packedRows, int column, int nextColumn, Scratch scratch) {
        float[] sums = VectorProduct.sums(product, scratch); // [rows, columns of a tile] from sumsOffset on
        int sumsOffset = VectorProduct.sumsOffset(product, column);
        TileShape tile = product.tile();
        int width = VectorProduct.width(product, column);
        boolean isHalf = product.weight().isHalf();
        float[] weight = product.weight().data(); // groups of [depth][lanes]
        int groupOffset = isHalf ? 0 : product.weight().groupOffset(column) + product.firstInFeature() * LANES;
        int groupStep = (isHalf ? product.depth() : product.weight().inFeatures()) * LANES;
        boolean forScaled = false; // the activations that a widened weight is for
        for (int row = 0, rows; row < product.rows(); row += rows) {
            rows = tile.nextRows(product.rows() - row);
            if (isHalf && (weight == null || forScaled != VectorProduct.isScaled(product, packedRows, row))) {
                forScaled = VectorProduct.isScaled(product, packedRows, row);
                weight = VectorProduct.widen(product, column, 0, product.depth(), packedRows, row, scratch);
            }
            for (int within = 0; within < rows; within += 2) {
                int at = sumsOffset + (row + within) * tile.columns();
                int rowStep = Math.min(1, rows - 1 - within); // 0 where a row has no neighbour: it then is its own
                int next = at + rowStep * tile.columns();
                if (product.begins()) {
                    System.arraycopy(product.bias(), column, sums, at, width);
                    System.arraycopy(product.bias(), column, sums, next, width);
                }
                int x = row * product.depth() + within;
                for (int c = 0; c < width; c += 4) {
                    int w = groupOffset + c / LANES * groupStep + c % LANES;
                    addProducts(packedRows, x, rowStep, rows, weight, w, product.depth(), sums, at + c, next + c);
                }
            }
        }
        if (product.ends()) {
            int columns = Math.min(width, product.endColumn() - column);
            for (int row = 0; row < product.rows(); row++) {
                for (int c = 0; c < columns; c++) {
                    float sum = sums[sumsOffset + row * tile.columns() + c];
                    ScalarKernels.finish(product, product.firstRow() + row, column + c, sum);
                }
            }
        }
    }

    /** Of two rows by four columns: eight chains keep the multipliers busy, and are few enough for the registers. */
    private static void addProducts(
            float[] x,
            int xOffset,
            int rowStep,
            int xStep,
            float[] weight,
            int weightOffset,
            int depth,
            float[] sums,
            int at,
            int next) {
        float sum00 = sums[at];
        float sum01 = sums[at + 1];
        float sum02 = sums[at + 2];
        float sum03 = sums[at + 3];
        float sum10 = sums[next];
        float sum11 = sums[next + 1];
        float sum12 = sums[next + 2];
        float sum13 = sums[next + 3];
        for (int k = 0, i = xOffset, j = weightOffset; k < depth; k++, i += xStep, j += LANES) {
            float x0 = x[i];
            float x1 = x[i + rowStep];
            float w0 = weight[j];
            float w1 = weight[j + 1];
            float w2 = weight[j + 2];
            float w3 = weight[j + 3];
            sum00 = Math.fma(x0, w0, sum00);
            sum01 = Math.fma(x0, w1, sum01);
            sum02 = Math.fma(x0, w2, sum02);
            sum03 = Math.fma(x0, w3, sum03);
            sum10 = Math.fma(x1, w0, sum10);
            sum11 = Math.fma(x1, w1, sum11);
            sum12 = Math.fma(x1, w2, sum12);
            sum13 = Math.fma(x1, w3, sum13);
        }
        sums[at] = sum00;
        sums[at + 1] = sum01;
        sums[at + 2] = sum02;
        sums[at + 3] = sum03;
        sums[next] = sum10;
        sums[next + 1] = sum11;
        sums[next + 2] = sum12;
        sums[next + 3] = sum13;
    }

    @Override
    public void activate(Activation activation, float[] data, int offset, int rows, int columns, int stride) {
        SCALAR.activate(activation, data, offset, rows, columns, stride);
    }

    @Override
    public void addScaled(float a, float[] x, int xOffset, float[] y, int yOffset, int count) {
        SCALAR.addScaled(a, x, xOffset, y, yOffset, count);
    }

    @Override
    public void swiGlu(float[] x, int from, int to, int columns, float[] out) {
        SCALAR.swiGlu(x, from, to, columns, out);
    }

    @Override
    public void softmax(float[] data, int offset, int count) {
        SCALAR.softmax(data, offset, count);
    }

    @Override
    public void layerNorm(
            float[] x, int from, int to, int columns, float[] weight, float[] bias, float epsilon, float[] out) {
        SCALAR.layerNorm(x, from, to, columns, weight, bias, epsilon, out);
    }

    @Override
    public void attend(
            AttentionOperands operands,
            int head,
            int queryFrom,
            int queryCount,
            int keyFrom,
            int keyCount,
            float[] probabilities,
            int probabilitiesOffset,
            Scratch scratch) {
        SCALAR.attend(
                operands, head, queryFrom, queryCount, keyFrom, keyCount, probabilities, probabilitiesOffset, scratch);
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
        SCALAR.blendRows(rows, offset, stride, weights, firstWeight, count, out, outOffset, length);
    }
}
