package io.tesserae.generation;

import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Keeps the rows of all steps, where somebody wants them. */
final class StepRecorder {

    private final int vocabularySize;
    private final List<List<float[]>> steps = new ArrayList<>();

    /** @param rows how many rows are recorded; 0 for nothing */
    StepRecorder(int rows, int vocabularySize) {
        this.vocabularySize = vocabularySize;
        for (int row = 0; row < rows; row++) {
            steps.add(new ArrayList<>());
        }
    }

    /** @param values copied */
    void record(int row, float[] values) {
        if (!steps.isEmpty()) {
            steps.get(row).add(values.clone());
        }
    }

    /** By row, {@code [steps, vocabulary]}; empty where nothing is recorded. */
    List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>();
        for (List<float[]> rows : steps) {
            Tensor tensor = Tensor.zeros(rows.size(), vocabularySize);
            for (int step = 0; step < rows.size(); step++) {
                System.arraycopy(rows.get(step), 0, tensor.data(), step * vocabularySize, vocabularySize);
            }
            tensors.add(tensor);
        }
        return List.copyOf(tensors);
    }
}
