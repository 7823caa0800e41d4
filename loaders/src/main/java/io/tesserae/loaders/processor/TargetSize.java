package io.tesserae.loaders.processor;

import io.tesserae.arguments.Arguments;

/**
 * What size a picture is resized to: the forms that {@code size} has in {@code preprocessor_config.json}. Sides are 1 or
 * more. New sides are rounded as the reference rounds them, which is mostly down.
 */
public sealed interface TargetSize {

    /**
     * The size of a picture after resizing.
     *
     * @throws IllegalArgumentException if a side would vanish, or be longer than any array, because the picture is too
     *     long and narrow
     */
    ImageSize of(ImageSize picture);

    /** One size for all, whatever shape the picture has: {@code height} and {@code width}. */
    record Exactly(int width, int height) implements TargetSize {

        @Override
        public ImageSize of(ImageSize picture) {
            Arguments.require(picture, "picture");
            return new ImageSize(width, height);
        }
    }

    /** The shorter side gets this length, the picture keeps its shape: {@code shortest_edge}. */
    record ShortestEdge(int length) implements TargetSize {

        @Override
        public ImageSize of(ImageSize picture) {
            Arguments.require(picture, "picture");
            double shorter = Math.min(picture.width(), picture.height());
            return picture.width() <= picture.height()
                    ? size(this, picture, length, (long) length * picture.height() / shorter)
                    : size(this, picture, (long) length * picture.width() / shorter, length);
        }
    }

    /**
     * As {@link ShortestEdge}, unless the longer side would become longer than {@code longest}; then that gets this length:
     * {@code shortest_edge} and {@code longest_edge}.
     */
    record EdgesUpTo(int shortest, int longest) implements TargetSize {

        @Override
        public ImageSize of(ImageSize picture) {
            Arguments.require(picture, "picture");
            double width = picture.width();
            double height = picture.height();
            double shorter = Math.min(width, height);
            double longer = Math.max(width, height);
            boolean capped = longer / shorter * shortest > longest;
            double exact = capped ? longest * shorter / longer : shortest;
            double edge = Math.rint(exact); // halves to the even side, as Python's round
            if (shorter == edge) {
                return picture;
            }
            return width < height
                    ? size(this, picture, edge, exact * height / width)
                    : size(this, picture, exact * width / height, edge);
        }
    }

    /** As large as fits into a box, the picture keeps its shape: {@code max_height} and {@code max_width}. */
    record Within(int width, int height) implements TargetSize {

        @Override
        public ImageSize of(ImageSize picture) {
            Arguments.require(picture, "picture");
            double scale = Math.min((double) height / picture.height(), (double) width / picture.width());
            return size(this, picture, picture.width() * scale, picture.height() * scale);
        }
    }

    /**
     * The longer side gets this length, the picture keeps its shape, and its shorter side becomes even: {@code longest_edge},
     * as Idefics3's processors have it. A shorter side that would vanish is 1.
     */
    record LongestEdge(int length) implements TargetSize {

        @Override
        public ImageSize of(ImageSize picture) {
            Arguments.require(picture, "picture");
            double aspect = (double) picture.width() / picture.height();
            return aspect >= 1
                    ? new ImageSize(length, even(length / aspect))
                    : new ImageSize(even(length * aspect), length);
        }

        private static int even(double exact) {
            int side = (int) exact;
            return Math.max(1, side + side % 2);
        }
    }

    /** Sides as the reference has them: what is behind the point falls away. */
    private static ImageSize size(TargetSize target, ImageSize picture, double width, double height) {
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a picture of " + picture + " pixels is too long and narrow for "
                    + target + ": it would get " + (long) width + " x " + (long) height);
        }
        return new ImageSize((int) width, (int) height);
    }
}
