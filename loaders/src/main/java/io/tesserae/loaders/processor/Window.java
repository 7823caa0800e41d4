package io.tesserae.loaders.processor;

/**
 * A rectangle of whole pixels of a picture. It may reach over the picture's edge where that is said.
 *
 * @param left its first column
 * @param top its first row
 */
record Window(int left, int top, int width, int height) {

    static Window whole(ImageSize size) {
        return new Window(0, 0, size.width(), size.height());
    }

    /** One of this size around the middle of a picture; where that is smaller, over its edge. An odd pixel is on the right and below. */
    static Window middle(ImageSize picture, ImageSize size) {
        return new Window(
                Math.floorDiv(picture.width() - size.width(), 2),
                Math.floorDiv(picture.height() - size.height(), 2),
                size.width(),
                size.height());
    }

    ImageSize size() {
        return new ImageSize(width, height);
    }

    /** What of it lies within a picture. */
    Window within(ImageSize picture) {
        int x = Math.max(0, left);
        int y = Math.max(0, top);
        return new Window(x, y, Math.min(picture.width(), right()) - x, Math.min(picture.height(), bottom()) - y);
    }

    /** The column behind its last. */
    int right() {
        return left + width;
    }

    /** The row below its last. */
    int bottom() {
        return top + height;
    }
}
