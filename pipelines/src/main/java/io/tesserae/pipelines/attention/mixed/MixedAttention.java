package io.tesserae.pipelines.attention.mixed;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.Heatmap;
import java.util.List;
import java.util.Objects;

/**
 * What a model wrote behind a prompt of words and pictures, and where in each picture it looked for each word.
 *
 * @param text what was written, without spaces at its ends
 * @param pictures those of the prompt, examples' included, in their order; one or more
 */
public record MixedAttention(String text, List<Picture> pictures) {

    /**
     * A picture of the prompt.
     *
     * @param name as it was given
     * @param attention the text as a caption of this picture. A word's map has what this picture got of its attention, so that maps of
     *     several pictures can be compared; other pictures and words got the rest
     */
    public record Picture(String name, CaptionAttention attention) {

        /** Checks that there are both. */
        public Picture {
            Arguments.require(name, "name");
            Arguments.require(attention, "attention");
        }

        /** Whether any word looked at it. IDEFICS lets words see the picture that came last before them, and no other. */
        public boolean isSeen() {
            return attention.words().stream()
                    .flatMap(word -> word.layers().stream())
                    .mapToDouble(Heatmap::max)
                    .anyMatch(share -> share > 0);
        }
    }

    /** Checks that all pictures have the same text, words and layers. */
    public MixedAttention {
        Arguments.require(text, "text");
        pictures = List.copyOf(Arguments.requireAll(pictures, "pictures"));
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("pictures: expected one or more, found none");
        }
        CaptionAttention first = pictures.getFirst().attention();
        for (Picture picture : pictures) {
            CaptionAttention attention = picture.attention();
            if (!attention.caption().equals(text)
                    || attention.words().size() != first.words().size()
                    || attention.layers() != first.layers()) {
                throw new IllegalArgumentException("pictures: expected all with the text \"" + text
                        + "\" and the same words and layers, found \""
                        + attention.caption() + "\" of " + attention.words().size() + " words and "
                        + attention.layers() + " layers");
            }
        }
    }

    /**
     * How much of a word's attention a picture got, over all layers and heads: 0 to 1.
     *
     * @param picture counted from 0
     * @param word counted from 0
     */
    public double share(int picture, int word) {
        CaptionAttention attention =
                pictures.get(Objects.checkIndex(picture, pictures.size())).attention();
        return attention.words().get(Objects.checkIndex(word, attention.words().size())).layers().stream()
                .mapToDouble(Heatmap::mass)
                .average()
                .orElseThrow();
    }
}
