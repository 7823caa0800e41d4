package io.tesserae.cli.model;

import io.tesserae.generation.Generated;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** What {@code generate} returns in transformers, as tensors of the same names and shapes. */
final class GeneratedTensors {

    private GeneratedTensors() {}

    /**
     * Everything that was generated.
     *
     * @param beginnings what stands before the new tokens of each prompt's answers, padding included
     */
    static SafetensorsWriter writer(Generated generated, int[][] beginnings) {
        SafetensorsWriter writer = new SafetensorsWriter();
        int rows = generated.sequences().length;
        int answers = rows / beginnings.length;
        int[][] sequences = new int[rows][];
        int[][] newTokens = new int[rows][];
        for (int row = 0; row < rows; row++) {
            int[] beginning = beginnings[row / answers];
            newTokens[row] = generated.newTokens(row);
            sequences[row] = Arrays.copyOf(beginning, beginning.length + newTokens[row].length);
            System.arraycopy(newTokens[row], 0, sequences[row], beginning.length, newTokens[row].length);
        }
        add(writer, "sequences", sequences, width(sequences), generated.fill());
        if (generated.sequencesScores().length > 0) {
            writer.addFloats("sequences_scores", generated.sequencesScores(), rows);
            add(writer, "beam_indices", generated.beamIndices(), width(newTokens), -1);
        }
        addSteps(writer, "scores.", generated.scores());
        addSteps(writer, "logits.", generated.logits());
        return writer;
    }

    private static int width(int[][] rows) {
        return Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
    }

    private static void add(SafetensorsWriter writer, String name, int[][] rows, int width, int fill) {
        long[] values = new long[rows.length * width];
        Arrays.fill(values, fill);
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < rows[row].length; i++) {
                values[row * width + i] = rows[row][i];
            }
        }
        writer.addLongs(name, values, rows.length, width);
    }

    /** From a matrix of steps for each row to a matrix of rows for each step; a row that has ended is zero. */
    private static void addSteps(SafetensorsWriter writer, String name, List<Tensor> rows) {
        int steps = rows.stream().mapToInt(row -> row.dimension(0)).max().orElse(0);
        for (int step = 0; step < steps; step++) {
            int vocabulary = rows.getFirst().dimension(1);
            Tensor ofStep = Tensor.zeros(rows.size(), vocabulary); // [rows, vocabulary]
            for (int row = 0; row < rows.size(); row++) {
                if (step < rows.get(row).dimension(0)) {
                    System.arraycopy(
                            rows.get(row).data(), step * vocabulary, ofStep.data(), row * vocabulary, vocabulary);
                }
            }
            writer.add(name + step, ofStep);
        }
    }
}
