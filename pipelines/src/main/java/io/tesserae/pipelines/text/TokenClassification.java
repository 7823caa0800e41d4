package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.List;

/**
 * What a model says of the tokens of one text.
 *
 * @param entities in the order of the text; none overlaps another
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most, and for all
 *     where there is a {@linkplain TokenClassificationOptions#withStride stride}
 */
public record TokenClassification(List<Entity> entities, int truncatedTokens) {

    /** Keeps its own list. */
    public TokenClassification {
        entities = List.copyOf(Arguments.requireAll(entities, "entities"));
    }
}
