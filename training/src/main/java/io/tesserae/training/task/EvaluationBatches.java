package io.tesserae.training.task;

import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of scores and the losses of an evaluation, batch after batch. */
final class EvaluationBatches {

    private final List<float[]> rows = new ArrayList<>();
    private double loss;
    private long weight;

    /** How many examples a batch begins and ends with. */
    interface Work {
        void run(int[] examples);
    }

    /** All examples in their order, so many at a time. */
    static void forEach(int examples, int batchSize, Work work) {
        for (int first = 0; first < examples; first += batchSize) {
            int from = first;
            int[] batch = new int[Math.min(batchSize, examples - first)];
            Arrays.setAll(batch, i -> from + i);
            work.run(batch);
        }
    }

    /**
     * Takes a batch.
     *
     * @param logits {@code [rows, columns]}, which are copied
     * @param batchLoss a mean
     * @param count of what the mean is over
     */
    void add(Tensor logits, float batchLoss, long count) {
        rows.addAll(Arrays.asList(rowsOf(logits)));
        addLoss(batchLoss, count);
    }

    /** Rows of scores, {@code [rows][columns]}, copied. */
    static float[][] rowsOf(Tensor scores) {
        int columns = scores.dimension(-1);
        float[][] rows = new float[scores.dimension(0)][];
        Arrays.setAll(rows, row -> Arrays.copyOfRange(scores.data(), row * columns, (row + 1) * columns));
        return rows;
    }

    /** Takes a batch's loss alone. */
    void addLoss(float batchLoss, long count) {
        if (count > 0) {
            loss += (double) batchLoss * count;
            weight += count;
        }
    }

    /** All rows, {@code [rows][columns]}. */
    float[][] rows() {
        return rows.toArray(float[][]::new);
    }

    /** The indices of so many examples. */
    static int[] all(int examples) {
        int[] indices = new int[examples];
        Arrays.setAll(indices, i -> i);
        return indices;
    }

    /** A matrix that lies in one array, row by row. */
    static float[][] rowsOf(float[] matrix, int columns) {
        float[][] rows = new float[matrix.length / columns][];
        Arrays.setAll(rows, row -> Arrays.copyOfRange(matrix, row * columns, (row + 1) * columns));
        return rows;
    }

    /** The first value of each row. */
    static float[] firstColumn(float[][] rows) {
        float[] column = new float[rows.length];
        for (int row = 0; row < rows.length; row++) {
            column[row] = rows[row][0];
        }
        return column;
    }

    /** The mean over all batches. */
    double meanLoss() {
        return loss / weight;
    }
}
