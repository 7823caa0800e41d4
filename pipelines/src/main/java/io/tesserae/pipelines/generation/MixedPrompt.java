package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.pipelines.task.ImageInput;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a model goes on with that reads pictures among words. */
public sealed interface MixedPrompt {

    /** One of the parts of a prompt, in the order in which the model reads them. */
    sealed interface Part {

        /**
         * Words.
         *
         * @param text may be empty
         */
        record Words(String text) implements Part {

            /** Checks that there is a text. */
            public Words {
                Arguments.require(text, "text");
            }
        }

        /** A picture. */
        record Picture(ImageInput image) implements Part {

            /** Checks that there is one. */
            public Picture {
                Arguments.require(image, "image");
            }
        }
    }

    /** Words and pictures, in any order. */
    record Parts(List<Part> parts) implements MixedPrompt {

        /** Checks that there is a part. */
        public Parts {
            parts = List.copyOf(Arguments.requireAll(parts, "parts"));
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("parts: expected words or a picture, found nothing");
            }
        }

        /** The parts as one text, with {@code <image>} for each picture. */
        public String text() {
            return parts.stream()
                    .map(part -> switch (part) {
                        case Part.Words(String text) -> text;
                        case Part.Picture _ -> PromptPart.PICTURE_MARK;
                    })
                    .collect(Collectors.joining());
        }
    }

    /**
     * A text in which {@code <image>} stands for each picture. To IDEFICS one picture may be given without a mark; it stands before the
     * text then, as in transformers' pipeline.
     *
     * @param pictures in the order of their marks
     */
    record Marked(String text, List<ImageInput> pictures) implements MixedPrompt {

        /** Checks that there is a text; it may be empty. */
        public Marked {
            Arguments.require(text, "text");
            pictures = List.copyOf(Arguments.requireAll(pictures, "pictures"));
        }
    }

    /** A conversation, which the checkpoint's chat template makes a text of. */
    record Chat(Conversation conversation) implements MixedPrompt {

        /** Checks that there is one. */
        public Chat {
            Arguments.require(conversation, "conversation");
        }
    }

    /** A text with {@code <image>} for each picture. */
    static MixedPrompt of(String text, ImageInput... pictures) {
        return new Marked(text, Arrays.asList(Arguments.require(pictures, "pictures")));
    }

    /** Words and pictures, in any order. */
    static MixedPrompt of(Part... parts) {
        return new Parts(Arrays.asList(Arguments.require(parts, "parts")));
    }
}
