package io.tesserae.pipelines;

import io.tesserae.loaders.Labels;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A label and its score.
 *
 * @param label as {@code id2label} names it
 * @param score a probability after softmax or sigmoid, the model's output itself for a regression
 */
public record Classification(String label, float score) {

    /** The labels with the highest scores, best first; equal scores in the order of their ids. */
    static List<Classification> best(Labels labels, float[] scores, int topK) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> scores[id], Comparator.reverseOrder()))
                .limit(topK)
                .map(id -> new Classification(labels.label(id), scores[id]))
                .toList();
    }
}
