package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.processor.Region;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Which patch made which word: a picture, a sentence that a model wrote about it, and where the model looked for each word.
 *
 * <p>Such a map says where a decoder took its values from. It is no proof of what made it choose the word.
 *
 * @param grid the picture and its patches
 * @param caption the whole sentence
 * @param words in the order of the sentence. Signs between them, as a full stop, have no map; a sentence may have no word at all
 * @see <a href="https://arxiv.org/abs/1502.03044">Xu et al. 2015, Show, Attend and Tell</a>
 * @see CaptionWords#attention
 */
public record CaptionAttention(PatchGrid grid, String caption, List<WordAttention> words) {

    /** Checks that the words are those of the sentence, and the maps those of the patches. */
    public CaptionAttention {
        Arguments.require(grid, "grid");
        Arguments.require(caption, "caption");
        words = List.copyOf(Arguments.requireAll(words, "words"));
        int end = 0;
        for (WordAttention word : words) {
            if (word.start() < end || !caption.startsWith(word.text(), word.start())) {
                throw new IllegalArgumentException("words: expected words of \"" + caption
                        + "\" in their order, found \"" + word.text() + "\" at " + word.start());
            }
            end = word.end();
            Heatmap map = word.layers().getFirst();
            if (map.rows() != grid.rows() || map.columns() != grid.columns()) {
                throw new IllegalArgumentException("words: expected maps of " + grid.rows() + " x " + grid.columns()
                        + " patches, found " + map.rows() + " x " + map.columns());
            }
            if (word.layers().size() != words.getFirst().layers().size()) {
                throw new IllegalArgumentException("words: expected as many layers for each, found "
                        + words.getFirst().layers().size() + " and "
                        + word.layers().size());
            }
        }
    }

    /** How many layers there are maps of; 0 where there is no word. */
    public int layers() {
        return words.isEmpty() ? 0 : words.getFirst().layers().size();
    }

    /**
     * The strongest patch of a word, the first of several that are equal.
     *
     * @param word counted from 0
     * @param layer counted from 0; empty for the mean of all
     * @return its place among the patches, counted row by row from 0
     */
    public int strongestPatch(int word, OptionalInt layer) {
        float[] values =
                words.get(Objects.checkIndex(word, words.size())).map(layer).values();
        int strongest = 0;
        for (int patch = 1; patch < values.length; patch++) {
            if (values[patch] > values[strongest]) {
                strongest = patch;
            }
        }
        return strongest;
    }

    /**
     * What a word points at: its strongest patch, in pixels of the picture. This is the pointing game of Zhang et al.: a hit if the middle of
     * it lies on the thing that the word names.
     *
     * @param word counted from 0
     * @param layer counted from 0; empty for the mean of all
     * @see <a href="https://arxiv.org/abs/1608.00507">Zhang et al. 2016, Top-down Neural Attention by Excitation Backprop</a>
     */
    public Region pointing(int word, OptionalInt layer) {
        return grid.box(strongestPatch(word, layer));
    }

    /** Refuses a layer that there is not. */
    void requireLayer(OptionalInt layer) {
        if (layer.isPresent() && !words.isEmpty() && layer.getAsInt() >= layers()) {
            throw new IllegalArgumentException("layer: expected 0 to " + (layers() - 1)
                    + ", the layers of the decoder, found " + layer.getAsInt());
        }
    }
}
