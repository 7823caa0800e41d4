package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.List;

/**
 * What a model would put in the places of a text's masks.
 *
 * @param masks for each mask of the text, in its order, the tokens that may stand there, best first
 * @param spans the best filling of each run of neighbouring masks, in the text's order: a word of several pieces, or of several bytes
 * @param sequence the text with every span filled, as the tokenizer makes texts of tokens, without special tokens
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record FillMask(List<List<MaskFilling>> masks, List<MaskSpan> spans, String sequence, int truncatedTokens) {

    /** Keeps its own lists. */
    public FillMask {
        masks = Arguments.requireAll(masks, "masks").stream().map(List::copyOf).toList();
        spans = List.copyOf(Arguments.requireAll(spans, "spans"));
        Arguments.require(sequence, "sequence");
    }

    /** What may stand at the first mask, best first; of most texts it is the only one. */
    public List<MaskFilling> first() {
        return masks.getFirst();
    }
}
