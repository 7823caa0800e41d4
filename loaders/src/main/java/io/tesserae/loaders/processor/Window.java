package io.tesserae.loaders.processor;

/**
 * A rectangle of whole pixels within a picture.
 *
 * @param left its first column
 * @param top its first row
 */
record Window(int left, int top, int width, int height) {

    static Window whole(ImageSize size) {
        return new Window(0, 0, size.width(), size.height());
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
