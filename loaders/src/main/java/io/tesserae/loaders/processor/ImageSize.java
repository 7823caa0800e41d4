package io.tesserae.loaders.processor;

/**
 * How large a picture is.
 *
 * @param width in pixels, 1 or more
 * @param height in pixels, 1 or more
 */
public record ImageSize(int width, int height) {

    /** Checks that there is anything to see. */
    public ImageSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "a picture has a width and a height of 1 or more, found " + width + " x " + height);
        }
    }

    /** How many pixels that are. */
    long pixels() {
        return (long) width * height;
    }

    /** Width, then height: {@code 640 x 480}. */
    @Override
    public String toString() {
        return width + " x " + height;
    }
}
