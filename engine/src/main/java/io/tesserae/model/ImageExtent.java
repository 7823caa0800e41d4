package io.tesserae.model;

/**
 * The part of a picture, from its upper left corner on, that is not padding.
 *
 * @param height in pixels, 1 or more
 * @param width in pixels, 1 or more
 */
public record ImageExtent(int height, int width) {

    /** Checks both. */
    public ImageExtent {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "expected a height and a width of 1 pixel or more, found " + height + " and " + width);
        }
    }
}
