package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.List;

/** What must hold of the maps of a model's layers before anything is computed or drawn from them. */
final class AttentionMaps {

    /** A row is a softmax in float32; a sum that is further from 1 than this is no attention. */
    private static final double ROW_TOLERANCE = 1e-3;

    private AttentionMaps() {}

    /**
     * The layers as a list of its own, all {@code [heads, length, length]} with rows that sum to 1.
     *
     * @param lengthInWords what the length must be, and why; for the message
     * @throws IllegalArgumentException if a layer is of another shape, or is not attention
     */
    static List<Tensor> checked(List<Tensor> layers, int length, String lengthInWords) {
        return checked(layers, length, length, lengthInWords);
    }

    /**
     * The layers as a list of its own, all {@code [heads, rows, columns]} with rows that sum to 1.
     *
     * @param sizeInWords what the sizes must be, and why; for the message
     * @throws IllegalArgumentException if a layer is of another shape, or is not attention
     */
    static List<Tensor> checked(List<Tensor> layers, int rows, int columns, String sizeInWords) {
        return checked(layers, rows, columns, sizeInWords, true);
    }

    /** The same of a part of what is looked at: all {@code [heads, rows, columns]} with rows that sum to 1 at most. */
    static List<Tensor> checkedShares(List<Tensor> layers, int rows, int columns, String sizeInWords) {
        return checked(layers, rows, columns, sizeInWords, false);
    }

    private static List<Tensor> checked(
            List<Tensor> layers, int rows, int columns, String sizeInWords, boolean areWhole) {
        List<Tensor> maps = List.copyOf(Arguments.requireAll(layers, "layers"));
        if (maps.isEmpty()) {
            throw new IllegalArgumentException("layers: expected the attention of one layer or more, found none; "
                    + "ask the model for its attentions (OutputOptions)");
        }
        int heads = maps.getFirst().rank() == 3 ? maps.getFirst().dimension(0) : 0;
        for (int layer = 0; layer < maps.size(); layer++) {
            Tensor map = maps.get(layer);
            boolean fits = map.rank() == 3
                    && map.dimension(0) == heads
                    && heads > 0
                    && map.dimension(1) == rows
                    && map.dimension(2) == columns;
            if (!fits) {
                throw new IllegalArgumentException("layers[" + layer + "]: expected [heads, " + rows + ", " + columns
                        + "] (" + sizeInWords + ") with as many heads as layers[0] and at least one, found " + map);
            }
            checkRows(map, layer, areWhole);
        }
        return maps;
    }

    private static void checkRows(Tensor map, int layer, boolean areWhole) {
        float[] data = map.data();
        int tokens = map.dimension(1);
        int length = map.dimension(2);
        for (int row = 0; row < map.size() / length; row++) {
            double sum = 0;
            boolean valid = true;
            for (int i = row * length; i < (row + 1) * length; i++) {
                valid &= data[i] >= 0; // false for NaN as well
                sum += data[i];
            }
            if (!valid || !(sum <= 1 + ROW_TOLERANCE) || areWhole && sum < 1 - ROW_TOLERANCE) {
                throw new IllegalArgumentException("layers[" + layer + "], head " + row / tokens + ", token "
                        + row % tokens + ": expected shares of attention, 0 or more each and 1 together"
                        + (areWhole ? "" : " at most") + ", found "
                        + (valid ? "a sum of " + sum : "a negative value or no number"));
            }
        }
    }
}
