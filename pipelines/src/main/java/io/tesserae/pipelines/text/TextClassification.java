package io.tesserae.pipelines.text;

import io.tesserae.pipelines.task.Classification;
import java.util.List;

/**
 * What a model says of one text.
 *
 * @param labels best first, as many as were asked for
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record TextClassification(List<Classification> labels, int truncatedTokens) {

    /** The label with the highest score. */
    public Classification best() {
        return labels.getFirst();
    }
}
