package io.tesserae.scenes;

/** The picture while it is drawn: red, green and blue of each pixel, from 0 to 255. */
final class Canvas {

    static final int SIDE = Scene.SIDE;

    /** Each pixel is looked at in so many rows and columns of points. */
    private static final int POINTS = 4;

    private final double[] values = new double[SIDE * SIDE * 3];

    /** The tone at a place. */
    @FunctionalInterface
    interface Painting {
        Tone at(double x, double y);
    }

    /** Paints every pixel, by the tone in its middle. */
    void fill(Painting painting) {
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            blend(pixel, painting.at(pixel % SIDE + 0.5, pixel / SIDE + 0.5), 1);
        }
    }

    /** A dot somewhere. */
    void dot(Tone tone, double radius, Randomness random) {
        Pose pose = new Pose(random.between(0, SIDE), random.between(0, SIDE), radius, 0);
        draw((x, y) -> x * x + y * y <= 1, pose, tone);
    }

    /**
     * Draws a shape.
     *
     * @return the pixels that it covers by half or more: [{@value Scene#SIDE} * {@value Scene#SIDE}]
     */
    boolean[] draw(Outline outline, Pose pose, Tone tone) {
        boolean[] mask = new boolean[SIDE * SIDE];
        int reach = (int) (pose.radius() * 1.5) + 2;
        int left = Math.max(0, (int) pose.x() - reach);
        int top = Math.max(0, (int) pose.y() - reach);
        int right = Math.min(SIDE, (int) pose.x() + reach);
        int bottom = Math.min(SIDE, (int) pose.y() + reach);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                int covered = covered(outline, pose, x, y);
                int pixel = y * SIDE + x;
                blend(pixel, tone, covered / (double) (POINTS * POINTS));
                mask[pixel] = covered * 2 >= POINTS * POINTS;
            }
        }
        return mask;
    }

    /** How many of a pixel's points are covered. */
    private static int covered(Outline outline, Pose pose, int x, int y) {
        int covered = 0;
        for (int point = 0; point < POINTS * POINTS; point++) {
            double pointX = x + (point % POINTS + 0.5) / POINTS;
            double pointY = y + (point / POINTS + 0.5) / POINTS;
            if (outline.covers(pose.ownX(pointX, pointY), pose.ownY(pointX, pointY))) {
                covered++;
            }
        }
        return covered;
    }

    private void blend(int pixel, Tone tone, double share) {
        int at = 3 * pixel;
        values[at] += (tone.red() - values[at]) * share;
        values[at + 1] += (tone.green() - values[at + 1]) * share;
        values[at + 2] += (tone.blue() - values[at + 2]) * share;
    }

    /** Adds to every value a random amount up to {@code most}, up or down. */
    void addNoise(double most, Randomness random) {
        for (int at = 0; at < values.length; at++) {
            values[at] += random.between(-most, most);
        }
    }

    /** The pixels, rounded: [height, width, red green blue]. */
    byte[] pixels() {
        byte[] pixels = new byte[values.length];
        for (int at = 0; at < pixels.length; at++) {
            pixels[at] = (byte) (int) Math.clamp(values[at] + 0.5, 0, 255);
        }
        return pixels;
    }
}
