package io.tesserae.kernel;

import io.tesserae.tensor.Precision;

/**
 * Products of two matrices that both change from one product to the next, as those of a training step do: nothing is packed for longer
 * than a product takes. Every element is one chain of {@link Math#fma} from the bias, or from 0, with k ascending, as in {@link
 * ParallelKernels#multiply}; then comes the epilogue.
 */
public final class MatrixProducts {

    private MatrixProducts() {}

    /**
     * A matrix as an operand.
     *
     * @param matrix as it is stored
     * @param transposed whether the operand is what is stored the other way round: its row r, column c is column r, row c there
     */
    public record Operand(MatrixView matrix, boolean transposed) {

        /** A row-major matrix that fills an array, as it is. */
        public static Operand of(float[] data, int columns) {
            return new Operand(new MatrixView(data, 0, columns), false);
        }

        /** The transpose of a row-major matrix that fills an array. */
        public static Operand transposed(float[] data, int columns) {
            return new Operand(new MatrixView(data, 0, columns), true);
        }

        float at(int row, int column) {
            return matrix.data()[transposed ? matrix.at(column, row) : matrix.at(row, column)];
        }
    }

    /**
     * Which numbers a product has.
     *
     * @param rows of the left operand and of the result
     * @param depth columns of the left operand, rows of the right
     * @param columns of the right operand and of the result
     */
    public record Size(int rows, int depth, int columns) {}

    /**
     * {@code out = epilogue(left · right + bias)}, by all threads of the machine.
     *
     * @param left {@code [rows, depth]}
     * @param right {@code [depth, columns]}
     * @param bias {@code [columns]}, or null for none
     * @param out {@code [rows, columns]}; not an operand, but it may be the residual stream that the epilogue adds
     */
    public static void multiply(
            Workspace workspace,
            Operand left,
            Operand right,
            Size size,
            float[] bias,
            Epilogue epilogue,
            MatrixView out) {
        float[] x = new float[size.rows() * size.depth()];
        for (int row = 0; row < size.rows(); row++) {
            for (int k = 0; k < size.depth(); k++) {
                x[row * size.depth() + k] = left.at(row, k);
            }
        }
        PackedMatrix packed = PackedMatrix.pack(
                workspace.machine(), Precision.FLOAT32, size.columns(), size.depth(), (first, count, destination) -> {
                    for (int column = 0; column < count; column++) {
                        for (int k = 0; k < size.depth(); k++) {
                            destination[column * size.depth() + k] = right.at(k, first + column);
                        }
                    }
                });
        float[] paddedBias = ParallelKernels.paddedBias(workspace.machine(), size.columns());
        if (bias != null) {
            System.arraycopy(bias, 0, paddedBias, 0, size.columns());
        }
        ParallelKernels.multiply(
                workspace,
                new MatrixView(x, 0, size.depth()),
                packed,
                paddedBias,
                ProductExtent.whole(size.rows(), size.columns()),
                epilogue,
                out);
    }

    /**
     * {@code out = left · right} on this thread alone, for work that is shared among threads in another way.
     *
     * @param scratch the thread's own
     * @param out {@code [rows, columns]}; not an operand
     */
    public static void multiplyAlone(
            Kernels kernels, Scratch scratch, Operand left, Operand right, Size size, MatrixView out) {
        for (int row = 0; row < size.rows(); row++) {
            for (int column = 0; column < size.columns(); column++) {
                float sum = 0f;
                for (int k = 0; k < size.depth(); k++) {
                    sum = Math.fma(left.at(row, k), right.at(k, column), sum);
                }
                out.data()[out.at(row, column)] = sum;
            }
        }
    }
}
