package io.tesserae.loaders.chat;

import io.tesserae.arguments.Arguments;
import java.util.List;

/** What a message says. Templates know the two forms apart: a text's parts are not to be asked for, nor the text of parts. */
public sealed interface MessageContent {

    /** One text. */
    record Plain(String text) implements MessageContent {

        /** @throws IllegalArgumentException if it is null, or has half a surrogate pair */
        public Plain {
            WellFormed.require(text, "text");
        }
    }

    /** Texts and pictures, in their order. */
    record Parts(List<ContentPart> parts) implements MessageContent {

        /** @throws IllegalArgumentException if the list is null, or a part is */
        public Parts {
            parts = List.copyOf(Arguments.requireAll(parts, "parts"));
        }
    }
}
