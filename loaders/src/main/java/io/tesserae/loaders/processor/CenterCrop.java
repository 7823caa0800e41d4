package io.tesserae.loaders.processor;

import io.tesserae.arguments.Arguments;

/**
 * How much of the middle of a picture is kept, and when the rest is cut off. What a smaller picture lacks is filled up with
 * black.
 */
public sealed interface CenterCrop {

    /**
     * The last step, of the resized picture: always so many pixels.
     *
     * @param size what is kept
     */
    record AfterResize(ImageSize size) implements CenterCrop {

        /** Checks that there is a size. */
        public AfterResize {
            Arguments.require(size, "size");
        }
    }

    /**
     * The first step, of the picture as it is: so many times its shorter side, in both directions. What is behind the point
     * falls away.
     *
     * @param across the width, in shorter sides; finite and above 0
     * @param down the height, in shorter sides; finite and above 0
     */
    record BeforeResize(double across, double down) implements CenterCrop {

        /** Checks that both are above 0. */
        public BeforeResize {
            if (!(across > 0 && down > 0 && Double.isFinite(across) && Double.isFinite(down))) {
                throw new IllegalArgumentException(
                        "a crop keeps more than 0 shorter sides of a picture, and finitely many, found " + across
                                + " across and " + down + " down");
            }
        }

        /**
         * The size of what is kept.
         *
         * @throws IllegalArgumentException if that is nothing, because the picture is too small, or more than can be counted
         */
        public ImageSize of(ImageSize picture) {
            int shorter = Math.min(Arguments.require(picture, "picture").width(), picture.height());
            double width = across * shorter;
            double height = down * shorter;
            if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a picture of " + picture + " pixels cannot be cropped to "
                        + (long) width + " x " + (long) height + ": the crop keeps " + across
                        + " times its shorter side across and " + down + " times down");
            }
            return new ImageSize((int) width, (int) height);
        }
    }
}
