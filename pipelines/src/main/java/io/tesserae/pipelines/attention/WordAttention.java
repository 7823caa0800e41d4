package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Where a model looked when it wrote a word.
 *
 * @param text the word
 * @param start where it begins in the caption, in chars
 * @param tokens that it was written as, one or more
 * @param layers a map for each layer of the decoder: the mean of the heads, and of the word's tokens. How much of the attention
 *     fell on each patch; what fell on tokens that are no patches (the class token) is left out, and what remains is not scaled
 *     up: the sum is at most 1
 */
public record WordAttention(String text, int start, List<String> tokens, List<Heatmap> layers) {

    /** Checks that there are maps, all of one size. */
    public WordAttention {
        Arguments.require(text, "text");
        tokens = List.copyOf(Arguments.requireAll(tokens, "tokens"));
        layers = List.copyOf(Arguments.requireAll(layers, "layers"));
        if (text.isEmpty() || start < 0 || tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "a word: expected a text, a start of 0 or more and one token or more, found \"" + text + "\", "
                            + start + " and " + tokens);
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("layers: expected the map of one layer or more, found none");
        }
        for (Heatmap map : layers) {
            if (map.rows() != layers.getFirst().rows()
                    || map.columns() != layers.getFirst().columns()) {
                throw new IllegalArgumentException("layers: expected maps of one size, found "
                        + layers.getFirst().rows() + " x " + layers.getFirst().columns() + " and " + map.rows() + " x "
                        + map.columns());
            }
        }
    }

    /** Where the word ends in the caption, in chars. */
    public int end() {
        return start + text.length();
    }

    /**
     * The map of one layer, or the mean of all.
     *
     * @param layer counted from 0; empty for all
     */
    public Heatmap map(OptionalInt layer) {
        return Arguments.require(layer, "layer").isPresent()
                ? layers.get(Objects.checkIndex(layer.getAsInt(), layers.size()))
                : Heatmap.mean(layers);
    }
}
