package io.tesserae.scenes;

import java.util.List;

/**
 * What a captioner says of a picture.
 *
 * @param text the sentence, its words separated by spaces
 * @param attention for each word, how much it looked at each patch of the picture: [words][patches], patches row by row
 */
public record Answer(String text, List<float[]> attention) {

    public Answer {
        attention = List.copyOf(attention);
        int words = text.isEmpty() ? 0 : text.split(" ").length;
        if (words != attention.size()) {
            throw new IllegalArgumentException("\"" + text + "\" has " + words + " words, but there are "
                    + attention.size() + " maps of attention");
        }
    }
}
