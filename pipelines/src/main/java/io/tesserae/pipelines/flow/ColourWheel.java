package io.tesserae.pipelines.flow;

import java.util.Arrays;

/**
 * The colours of movements that are usual in papers on optical flow: the direction is a hue, what does not move is white, and the
 * further it moves, the stronger is the colour. To the right is red, down yellow, to the left cyan, up blue.
 *
 * @see <a href="https://vision.middlebury.edu/flow/">Baker et al. 2007, A Database and Evaluation Methodology for Optical Flow;
 *     its colorcode.cpp</a>
 */
final class ColourWheel {

    /** What is not known. */
    static final int BLACK = 0;

    /** So many steps each from red to yellow, yellow to green, green to cyan, cyan to blue, blue to magenta, magenta to red. */
    private static final int[] STEPS = {15, 6, 4, 11, 13, 6};

    /** Red, green, blue at the beginning of each of these, and at the end of the last. */
    private static final int[][] CORNERS = {
        {255, 0, 0}, {255, 255, 0}, {0, 255, 0}, {0, 255, 255}, {0, 0, 255}, {255, 0, 255}, {255, 0, 0}
    };

    /** {@code [55][3]}. */
    private static final int[][] HUES = hues();

    private ColourWheel() {}

    private static int[][] hues() {
        int[][] hues = new int[Arrays.stream(STEPS).sum()][3];
        int hue = 0;
        for (int corner = 0; corner < STEPS.length; corner++) {
            for (int step = 0; step < STEPS[corner]; step++, hue++) {
                for (int channel = 0; channel < 3; channel++) {
                    int from = CORNERS[corner][channel];
                    int change = CORNERS[corner + 1][channel] - from;
                    hues[hue][channel] = from + change / 255 * (255 * step / STEPS[corner]);
                }
            }
        }
        return hues;
    }

    /**
     * The colour of a movement, as {@code 0xRRGGBB}.
     *
     * @param right in units of the movement whose colour is full
     * @param down likewise. Movements that are longer than the unit are darker
     */
    static int rgb(double right, double down) {
        double length = Math.sqrt(right * right + down * down);
        if (!(length <= Double.MAX_VALUE)) { // NaN as well
            return BLACK;
        }
        // From -1 to 1, where 0 is to the left. StrictMath: the same hue on every machine
        double angle = StrictMath.atan2(-down, -right) / Math.PI;
        double position = (angle + 1) / 2 * (HUES.length - 1);
        int before = (int) position;
        int after = (before + 1) % HUES.length;
        double part = position - before;
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
            double full = (1 - part) * (HUES[before][channel] / 255.0) + part * (HUES[after][channel] / 255.0);
            double colour = length <= 1 ? 1 - length * (1 - full) : full * 0.75;
            rgb = rgb << 8 | (int) (255 * colour);
        }
        return rgb;
    }
}
