package io.tesserae.scenes;

/**
 * A rectangle of pixels.
 *
 * @param left the first column
 * @param top the first row
 * @param right behind the last column
 * @param bottom behind the last row
 */
record Box(int left, int top, int right, int bottom) {

    /** Around the pixels that are true. */
    static Box around(boolean[] mask) {
        Box box = new Box(Scene.SIDE, Scene.SIDE, 0, 0);
        for (int pixel = 0; pixel < mask.length; pixel++) {
            if (mask[pixel]) {
                int x = pixel % Scene.SIDE;
                int y = pixel / Scene.SIDE;
                box = new Box(
                        Math.min(box.left, x),
                        Math.min(box.top, y),
                        Math.max(box.right, x + 1),
                        Math.max(box.bottom, y + 1));
            }
        }
        return box;
    }

    boolean contains(double x, double y) {
        return x >= left && x <= right && y >= top && y <= bottom;
    }

    int height() {
        return bottom - top;
    }

    double x() {
        return (left + right) / 2.0;
    }

    double y() {
        return (top + bottom) / 2.0;
    }
}
