package io.tesserae.pipelines.schedule;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A matrix taken apart. */
public final class Rows {

    private Rows() {}

    /** The rows of a matrix {@code [rows, columns]}, each a copy. */
    public static List<float[]> of(Tensor matrix) {
        return of(matrix, 0, matrix.dimension(0));
    }

    /** The rows from {@code first} to before {@code end}, each a copy. */
    public static List<float[]> of(Tensor matrix, int first, int end) {
        int columns = matrix.dimension(1);
        return IntStream.range(first, end)
                .mapToObj(row -> Arrays.copyOfRange(matrix.data(), row * columns, (row + 1) * columns))
                .toList();
    }

    /** The rows from {@code first} to before {@code end} as a matrix of their own. */
    public static Tensor copy(Tensor matrix, int first, int end) {
        int columns = matrix.dimension(1);
        return Tensor.of(Arrays.copyOfRange(matrix.data(), first * columns, end * columns), end - first, columns);
    }

    /** Where the greatest value stands; the first of equal ones. */
    public static int argmax(float[] values) {
        int greatest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[greatest]) {
                greatest = i;
            }
        }
        return greatest;
    }
}
