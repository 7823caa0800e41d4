package io.tesserae.family.jat;

import io.tesserae.layer.Embedding;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;
import io.tesserae.tensor.WeightException;
import java.util.Arrays;
import java.util.List;

/**
 * The one table of words, which JAT's modules share under three names. A file holds it under one of them, whichever its writer kept, or
 * under several.
 */
final class WordNames {

    private static final List<String> NAMES =
            List.of("transformer.wte", "single_discrete_encoder", "multi_discrete_encoder.0");

    private static final int ROWS_AT_ONCE = 256;

    private WordNames() {}

    /**
     * The table, by whichever name it has.
     *
     * @throws WeightException if it is missing, or has several names and is not the same under each
     */
    static Embedding embedding(JatConfig config, StateDict weights) {
        List<String> held =
                NAMES.stream().filter(name -> weights.holds(name + ".weight")).toList();
        String name = held.isEmpty() ? NAMES.getFirst() : held.getFirst();
        for (String other : held) {
            if (!other.equals(name)) {
                requireSame(config, weights, name, other);
            }
        }
        return Embedding.load(weights.at(name), config.vocabSize(), config.hiddenSize());
    }

    private static void requireSame(JatConfig config, StateDict weights, String name, String other) {
        int width = config.hiddenSize();
        StoredTensor one = weights.at(name).require("weight", config.vocabSize(), width);
        StoredTensor two = weights.at(other).require("weight", config.vocabSize(), width);
        float[] rows = new float[ROWS_AT_ONCE * width];
        float[] otherRows = new float[ROWS_AT_ONCE * width];
        for (int row = 0; row < config.vocabSize(); row += ROWS_AT_ONCE) {
            int count = Math.min(ROWS_AT_ONCE, config.vocabSize() - row);
            one.readRows(row, count, rows, 0);
            two.readRows(row, count, otherRows, 0);
            int mismatch = Arrays.mismatch(rows, 0, count * width, otherRows, 0, count * width);
            if (mismatch >= 0) {
                throw new WeightException("tensors \"" + name + ".weight\" and \"" + other
                        + ".weight\": expected the same values, since they are one table, found " + rows[mismatch]
                        + " and " + otherRows[mismatch] + " in row " + (row + mismatch / width));
            }
        }
    }
}
