package io.tesserae.scenes;

/**
 * A thing of a scene.
 *
 * @param mask the pixels that it covers, row by row: [{@value Scene#SIDE} * {@value Scene#SIDE}]
 */
public record Thing(Description description, boolean[] mask) {

    /** How many pixels of a square of the picture it covers. */
    public int covered(int left, int top, int side) {
        int covered = 0;
        for (int y = top; y < top + side; y++) {
            for (int x = left; x < left + side; x++) {
                if (mask[y * Scene.SIDE + x]) {
                    covered++;
                }
            }
        }
        return covered;
    }
}
