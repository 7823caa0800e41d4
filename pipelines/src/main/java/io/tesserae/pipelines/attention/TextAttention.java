package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * Which token of a text looked at which.
 *
 * @param tokens as the tokenizer names them, special tokens included; one or more
 * @param layers per layer {@code [heads, tokens, tokens]}; a row says how much of its attention a token gives to each, and
 *     sums to 1
 */
public record TextAttention(List<String> tokens, List<Tensor> layers) {

    /** Checks that everything fits together, and that the maps are attention. */
    public TextAttention {
        tokens = List.copyOf(Arguments.requireAll(tokens, "tokens"));
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("tokens: expected one or more, found none");
        }
        layers = AttentionMaps.checked(layers, tokens.size(), tokens.size() + " tokens");
    }

    /** How many heads each layer has. */
    public int heads() {
        return layers.getFirst().dimension(0);
    }
}
