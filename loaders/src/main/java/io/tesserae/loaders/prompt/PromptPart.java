package io.tesserae.loaders.prompt;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.List;

/** One of the parts that a prompt consists of, in the order in which a model reads them. */
public sealed interface PromptPart {

    /** What stands for a picture in a prompt that is written as one text. */
    String PICTURE_MARK = "<image>";

    /**
     * Words.
     *
     * @param text may be empty
     */
    record Text(String text) implements PromptPart {

        /** Checks that there is a text. */
        public Text {
            Arguments.require(text, "text");
        }
    }

    /** A picture: the first part of this kind is the first of the pictures that go with the prompt, and so on. */
    record Picture() implements PromptPart {}

    /** The parts of a text in which {@value #PICTURE_MARK} stands for a picture. Between two marks there may be an empty text: none is made of it. */
    static List<PromptPart> parse(String text) {
        Arguments.require(text, "text");
        List<PromptPart> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(PICTURE_MARK); at >= 0; at = text.indexOf(PICTURE_MARK, from)) {
            addText(parts, text.substring(from, at));
            parts.add(new Picture());
            from = at + PICTURE_MARK.length();
        }
        addText(parts, text.substring(from));
        return List.copyOf(parts);
    }

    private static void addText(List<PromptPart> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(new Text(text));
        }
    }

    /** How many of the parts are pictures. */
    static int pictures(List<PromptPart> parts) {
        return (int) Arguments.requireAll(parts, "parts").stream()
                .filter(Picture.class::isInstance)
                .count();
    }
}
