package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;

/** What a model of texts goes on with: a text, or a conversation. */
public sealed interface TextPrompt {

    /**
     * The beginning of a text.
     *
     * @param text may be empty, where the model has a token to begin with
     */
    record Text(String text) implements TextPrompt {

        /** Checks that there is one. */
        public Text {
            Arguments.require(text, "text");
        }
    }

    /**
     * A conversation, which the checkpoint's chat template makes a text of.
     *
     * @param conversation without pictures
     */
    record Chat(Conversation conversation) implements TextPrompt {

        /** Checks that there is one, without pictures. */
        public Chat {
            Arguments.require(conversation, "conversation");
            if (!conversation.pictures().isEmpty()) {
                throw new IllegalArgumentException(
                        "the conversation has a picture, and a model of texts reads none; leave"
                                + " it out, or take the task image-text-to-text");
            }
        }
    }
}
