package io.tesserae.loaders.stream;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;

/** One part of what is observed or done: it becomes one or more elements of a stream. */
public sealed interface StreamPart {

    /** Words. */
    record Text(String text) implements StreamPart {

        /** Refuses null. */
        public Text {
            Arguments.require(text, "text");
        }
    }

    /**
     * A picture.
     *
     * @param pixels {@code [height, width, channels]}, from 0 to 255, as unsigned bytes
     * @param channels 1 to 4: a grey, three colours, or the last four frames of a game
     */
    record Picture(byte[] pixels, int height, int width, int channels) implements StreamPart {

        /** Checks that the sizes fit together. */
        public Picture {
            Arguments.require(pixels, "pixels");
            boolean positive = height > 0 && width > 0 && channels > 0 && channels <= PicturePatching.CHANNELS;
            if (!positive || pixels.length != (long) height * width * channels) {
                throw new IllegalArgumentException("a picture: expected height times width times 1 to "
                        + PicturePatching.CHANNELS + " channels of pixels, found " + pixels.length + " for " + height
                        + " x " + width + " x " + channels);
            }
        }

        /** A picture in colours. */
        public static Picture of(RgbImage image) {
            Arguments.require(image, "image");
            return new Picture(image.pixels(), image.height(), image.width(), RgbImage.CHANNELS);
        }
    }

    /** Whole numbers: buttons, inventories. A tensor is given row by row. */
    record Discrete(int... values) implements StreamPart {

        /** Refuses null, and none. */
        public Discrete {
            if (Arguments.require(values, "values").length == 0) {
                throw new IllegalArgumentException("values: expected a number at least, found none");
            }
        }
    }

    /** Real numbers: positions, forces. A tensor is given row by row. */
    record Continuous(double... values) implements StreamPart {

        /** Refuses null, none, and what is no number. */
        public Continuous {
            if (Arguments.require(values, "values").length == 0) {
                throw new IllegalArgumentException("values: expected a number at least, found none");
            }
            for (int i = 0; i < values.length; i++) {
                if (Double.isNaN(values[i])) {
                    throw new IllegalArgumentException("values: expected numbers, found NaN at " + i);
                }
            }
        }
    }
}
