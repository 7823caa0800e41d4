package io.tesserae.kernel;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code out = epilogue(x · weightᵀ + bias)} from a weight as it is stored, a value at a time: the bits of {@link ScalarKernels}.
 * Nothing is packed, neither weights nor activations. So a first short text is answered in less time than packing the weights would
 * take, and in a fraction of the memory. It serves until vectors are compiled; see {@link WarmingKernels}.
 */
final class StoredProduct {

    /** Weights of a task, 128 KB: they stay in the second-level cache for all rows. */
    private static final int TASK_FLOATS = 32 << 10;

    private StoredProduct() {}

    /** The parameters are those of {@link ParallelKernels#multiply}. */
    static void multiply(
            Workspace workspace,
            MatrixView x,
            WeightMatrix weight,
            float[] bias,
            ProductExtent extent,
            Epilogue epilogue,
            MatrixView out) {
        int firstRow = extent.firstRow();
        int rows = extent.rows();
        int firstColumn = extent.firstColumn();
        int endColumn = extent.endColumn();
        int inFeatures = weight.inFeatures();
        PackedMatrix.RowReader reader = weight.rows();
        float[] scales = weight.scales();
        int columns = Math.max(1, TASK_FLOATS / 4 / Math.max(1, inFeatures)) * 4; // they are taken four at a time
        int size = Tensor.elementCount(columns, inFeatures);
        int tasks = Math.ceilDiv(endColumn - firstColumn, columns);
        workspace.machine().workers().run(tasks, (index, thread) -> {
            int column = firstColumn + index * columns;
            int count = Math.min(columns, endColumn - column);
            Scratch scratch = workspace.scratch(thread);
            float[] stored = scratch.floats(Scratch.Use.STORED, size); // [count, inFeatures]
            float[] sums = scratch.floats(Scratch.Use.SUMS_OF_TILES, columns * rows); // [count, rows]
            reader.read(column, count, stored);
            for (int c = 0; c < count; c++) {
                Arrays.fill(sums, c * rows, (c + 1) * rows, scales == null ? bias[column + c] : 0f);
            }
            for (int c = 0; c < count; c += 4) {
                for (int row = 0; row < rows; row += 4) {
                    addProducts(x, firstRow, row, rows, stored, c, count, inFeatures, sums);
                }
            }
            if (scales != null) {
                for (int i = 0; i < count * rows; i++) {
                    sums[i] = Math.fma(scales[column + i / rows], sums[i], bias[column + i / rows]);
                }
            }
            finish(epilogue, sums, firstRow, rows, column, count, weight.outFeatures(), out);
        });
    }

    /**
     * Adds the products of four rows by four columns. The 16 sums fit into registers, and none waits for another: 6.7 multiply-adds
     * a nanosecond on an AMD EPYC, where four by two reaches 4.4. (With 16 registers 4.4 and 4.7.) Where there are fewer than four
     * rows or columns, the last one is computed again in place of the missing ones.
     *
     * @param row the first of the four, from {@code firstRow} on
     * @param weight {@code [columns, depth]}
     * @param column the first
     * @param sums {@code [columns, rows]}
     */
    private static void addProducts(
            MatrixView x,
            int firstRow,
            int row,
            int rows,
            float[] weight,
            int column,
            int columns,
            int depth,
            float[] sums) {
        int row1 = Math.min(row + 1, rows - 1);
        int row2 = Math.min(row + 2, rows - 1);
        int row3 = Math.min(row + 3, rows - 1);
        int column1 = Math.min(column + 1, columns - 1);
        int column2 = Math.min(column + 2, columns - 1);
        int column3 = Math.min(column + 3, columns - 1);
        float[] data = x.data();
        int x0 = x.row(firstRow + row);
        int x1 = x.row(firstRow + row1);
        int x2 = x.row(firstRow + row2);
        int x3 = x.row(firstRow + row3);
        int w0 = column * depth;
        int w1 = column1 * depth;
        int w2 = column2 * depth;
        int w3 = column3 * depth;
        float sum00 = sums[column * rows + row];
        float sum01 = sums[column * rows + row1];
        float sum02 = sums[column * rows + row2];
        float sum03 = sums[column * rows + row3];
        float sum10 = sums[column1 * rows + row];
        float sum11 = sums[column1 * rows + row1];
        float sum12 = sums[column1 * rows + row2];
        float sum13 = sums[column1 * rows + row3];
        float sum20 = sums[column2 * rows + row];
        float sum21 = sums[column2 * rows + row1];
        float sum22 = sums[column2 * rows + row2];
        float sum23 = sums[column2 * rows + row3];
        float sum30 = sums[column3 * rows + row];
        float sum31 = sums[column3 * rows + row1];
        float sum32 = sums[column3 * rows + row2];
        float sum33 = sums[column3 * rows + row3];
        for (int k = 0; k < depth; k++) {
            float weight0 = weight[w0 + k];
            float weight1 = weight[w1 + k];
            float weight2 = weight[w2 + k];
            float weight3 = weight[w3 + k];
            float value0 = data[x0 + k];
            sum00 = Math.fma(value0, weight0, sum00);
            sum10 = Math.fma(value0, weight1, sum10);
            sum20 = Math.fma(value0, weight2, sum20);
            sum30 = Math.fma(value0, weight3, sum30);
            float value1 = data[x1 + k];
            sum01 = Math.fma(value1, weight0, sum01);
            sum11 = Math.fma(value1, weight1, sum11);
            sum21 = Math.fma(value1, weight2, sum21);
            sum31 = Math.fma(value1, weight3, sum31);
            float value2 = data[x2 + k];
            sum02 = Math.fma(value2, weight0, sum02);
            sum12 = Math.fma(value2, weight1, sum12);
            sum22 = Math.fma(value2, weight2, sum22);
            sum32 = Math.fma(value2, weight3, sum32);
            float value3 = data[x3 + k];
            sum03 = Math.fma(value3, weight0, sum03);
            sum13 = Math.fma(value3, weight1, sum13);
            sum23 = Math.fma(value3, weight2, sum23);
            sum33 = Math.fma(value3, weight3, sum33);
        }
        sums[column * rows + row] = sum00;
        sums[column * rows + row1] = sum01;
        sums[column * rows + row2] = sum02;
        sums[column * rows + row3] = sum03;
        sums[column1 * rows + row] = sum10;
        sums[column1 * rows + row1] = sum11;
        sums[column1 * rows + row2] = sum12;
        sums[column1 * rows + row3] = sum13;
        sums[column2 * rows + row] = sum20;
        sums[column2 * rows + row1] = sum21;
        sums[column2 * rows + row2] = sum22;
        sums[column2 * rows + row3] = sum23;
        sums[column3 * rows + row] = sum30;
        sums[column3 * rows + row1] = sum31;
        sums[column3 * rows + row2] = sum32;
        sums[column3 * rows + row3] = sum33;
    }

    /** The epilogue of some columns, from their sums {@code [count, rows]} to the matrix. */
    private static void finish(
            Epilogue epilogue,
            float[] sums,
            int firstRow,
            int rows,
            int column,
            int count,
            int outFeatures,
            MatrixView out) {
        for (int c = 0; c < count; c++) {
            for (int row = 0; row < rows; row++) {
                float sum = sums[c * rows + row];
                int inStream = (firstRow + row) * outFeatures + column + c;
                out.data()[out.at(firstRow + row, column + c)] =
                        ScalarKernels.finished(epilogue, sum, column + c, inStream);
            }
        }
    }
}
