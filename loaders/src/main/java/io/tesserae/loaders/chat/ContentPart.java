package io.tesserae.loaders.chat;

import io.tesserae.arguments.Arguments;

/** A part of a message: text, or a picture. */
public sealed interface ContentPart {

    /** Text. */
    record Text(String text) implements ContentPart {

        /** @throws IllegalArgumentException if it is null, or has half a surrogate pair */
        public Text {
            WellFormed.require(text, "text");
        }
    }

    /**
     * A picture, by what refers to it; opening it is the business of whoever answers the conversation.
     *
     * @param source the kind of reference
     * @param reference a web address, a path; empty where there is none
     */
    record Image(Source source, String reference) implements ContentPart {

        /** The kind of reference, by the key that has it in a message as JSON. */
        public enum Source {
            /** None: the pictures are handed over beside the messages, in the order of their places. */
            NONE,
            URL,
            PATH,
            IMAGE
        }

        /** @throws IllegalArgumentException if one is null, or there is a reference without a kind or a kind without a reference */
        public Image {
            Arguments.require(source, "source");
            WellFormed.require(reference, "reference");
            if (source == Source.NONE != reference.isEmpty()) {
                throw new IllegalArgumentException("reference: expected " + (source == Source.NONE ? "none" : "one")
                        + " for the source " + source + ", found \"" + reference + "\"");
            }
        }

        /** A picture that is handed over beside the messages. */
        public static Image place() {
            return new Image(Source.NONE, "");
        }
    }
}
