package io.tesserae.family.common;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Sight;
import io.tesserae.tensor.Activation;
import java.util.List;

/**
 * The numbers of a {@link GptNeoTransformer}.
 *
 * @param positions rows of the table of positions; a sequence has no more tokens
 * @param width of the residual stream
 * @param heads of a block's attention; divides {@code width}
 * @param intermediate width between the two layers of a feed-forward block
 * @param activation of the feed-forward blocks
 * @param epsilon added to the variance in every layer norm
 * @param sights by layer, which tokens a token sees: {@link Sight#CAUSAL} in a global layer, {@link Sight.Window#causal} in a local one
 */
public record GptNeoShape(
        int positions,
        int width,
        int heads,
        int intermediate,
        Activation activation,
        float epsilon,
        List<Sight> sights) {

    /** Checks what no checkpoint can break, and copies the list. */
    public GptNeoShape {
        Arguments.require(activation, "activation");
        sights = List.copyOf(Arguments.require(sights, "sights"));
        if (positions < 1 || width < 1 || heads < 1 || intermediate < 1) {
            throw new IllegalArgumentException("sizes must be positive: positions " + positions + ", width " + width
                    + ", heads " + heads + ", intermediate " + intermediate);
        }
        if (width % heads != 0) {
            throw new IllegalArgumentException(heads + " heads do not divide the width " + width);
        }
    }

    /** How many blocks there are. */
    public int layers() {
        return sights.size();
    }

    /** The heads of a layer, whose scores are the products as they are: GPT-Neo does not divide them by the root of a head's size. */
    public AttentionShape attention() {
        int headSize = width / heads;
        return new AttentionShape(heads, heads, headSize, headSize, 1f);
    }
}
