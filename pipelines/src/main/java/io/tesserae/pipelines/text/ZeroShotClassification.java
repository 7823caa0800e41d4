package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.Classification;
import java.util.List;

/**
 * What a model says of one text and its candidate labels.
 *
 * @param sequence the text
 * @param labels all candidates, best first; of equal scores, the later candidate comes first
 * @param truncatedTokens how many tokens of the text were cut off, at the label that left it the least room; 0 for most
 */
public record ZeroShotClassification(String sequence, List<Classification> labels, int truncatedTokens) {

    /** Keeps its own list. */
    public ZeroShotClassification {
        labels = List.copyOf(Arguments.requireAll(labels, "labels"));
    }

    /** The label with the highest score. */
    public Classification best() {
        return labels.getFirst();
    }
}
