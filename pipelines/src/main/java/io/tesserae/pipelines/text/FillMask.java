package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.List;

/**
 * What a model would put in the places of a text's masks.
 *
 * @param masks for each mask of the text, in its order, the tokens that may stand there, best first
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record FillMask(List<List<MaskFilling>> masks, int truncatedTokens) {

    /** Keeps its own lists. */
    public FillMask {
        masks = Arguments.requireAll(masks, "masks").stream().map(List::copyOf).toList();
    }

    /** What may stand at the first mask, best first; of most texts it is the only one. */
    public List<MaskFilling> first() {
        return masks.getFirst();
    }
}
