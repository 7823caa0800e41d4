package io.tesserae.pipelines.drawing;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import java.util.Arrays;

/**
 * A picture at the size it is drawn in, and where the model's patches lie on it.
 *
 * <p>The scene is the picture together with what the model saw of it: a region that reaches over the edge makes the scene
 * larger than the picture, and what lies beyond the picture is black, as the padding was that the model saw there.
 */
public final class Scene {

    /** From this enlargement on pixels stay squares: a picture of 32 x 32 shows what it is and is not a blur. */
    private static final double SQUARE_PIXELS = 3;

    /** The picture in its own colours. */
    public final Canvas picture;

    private final double
            scaleAcross; // drawn pixels for one of the picture's; the same up to the rounding to whole pixels
    private final double scaleDown;
    private final double left;
    private final double top;
    private final Region seen;

    /** In pixels of the picture's own, at a scale, drawn pixels for one of them. */
    private Scene(RgbImage image, Region seen, Region frame, double scale) {
        this.left = frame.left();
        this.top = frame.top();
        this.seen = seen;
        int width = (int) Math.max(1, Math.round(frame.width() * scale));
        int height = (int) Math.max(1, Math.round(frame.height() * scale));
        this.scaleAcross = width / frame.width();
        this.scaleDown = height / frame.height();
        this.picture = resampled(image, width, height);
    }

    /** As large as fits into a box. */
    public static Scene fitting(RgbImage image, Region seen, double boxWidth, double boxHeight) {
        Region frame = frame(image, seen);
        return new Scene(image, seen, frame, Math.min(boxWidth / frame.width(), boxHeight / frame.height()));
    }

    /** In its own size; reduced where its longer side would exceed the most, and a whole number of times enlarged where it
     * would not reach the least.
     */
    public static Scene between(RgbImage image, Region seen, int least, int most) {
        Region frame = frame(image, seen);
        double side = Math.max(frame.width(), frame.height());
        double scale = side > most ? most / side : side < least ? Math.ceil(least / side) : 1;
        return new Scene(image, seen, frame, scale);
    }

    /** Width by height of the scene of a picture. */
    public static double aspect(RgbImage image, Region seen) {
        Region frame = frame(image, seen);
        return frame.width() / frame.height();
    }

    private static Region frame(RgbImage image, Region seen) {
        double left = Math.min(0, seen.left());
        double top = Math.min(0, seen.top());
        double right = Math.max(image.width(), seen.left() + seen.width());
        double bottom = Math.max(image.height(), seen.top() + seen.height());
        return new Region(left, top, right - left, bottom - top);
    }

    public int width() {
        return picture.width;
    }

    public int height() {
        return picture.height;
    }

    /** How far the middle of a drawn pixel lies from the seen region's left edge, in its widths: 0 to 1 if inside. */
    public double across(int x) {
        return ((x + 0.5) / scaleAcross + left - seen.left()) / seen.width();
    }

    /** Likewise from its upper edge, in its heights. */
    public double down(int y) {
        return ((y + 0.5) / scaleDown + top - seen.top()) / seen.height();
    }

    /** Where what the model saw lies, in shares of the drawing's width and height. */
    public Region seenShare() {
        double drawnWidth = width() / scaleAcross;
        double drawnHeight = height() / scaleDown;
        return new Region(
                (seen.left() - left) / drawnWidth,
                (seen.top() - top) / drawnHeight,
                seen.width() / drawnWidth,
                seen.height() / drawnHeight);
    }

    /** Whether a drawn pixel is part of what the model saw. */
    public boolean isSeen(int x, int y) {
        return 0 <= across(x) && across(x) < 1 && 0 <= down(y) && down(y) < 1;
    }

    /** The patch that a drawn pixel lies on, row by row, or -1 where the model saw nothing. */
    public int patch(int x, int y, int rows, int columns) {
        if (x < 0 || x >= width() || y < 0 || y >= height() || !isSeen(x, y)) {
            return -1;
        }
        return (int) (down(y) * rows) * columns + (int) (across(x) * columns);
    }

    private Canvas resampled(RgbImage image, int width, int height) {
        Weights across = Weights.of(width, scaleAcross, left, image.width());
        Weights down = Weights.of(height, scaleDown, top, image.height());
        Canvas canvas = new Canvas(width, height);
        float[] line = new float[image.width() * RgbImage.CHANNELS];
        for (int y = 0; y < height; y++) {
            down.sumRows(y, image, line);
            for (int x = 0; x < width; x++) {
                canvas.set(x, y, across.sumPixels(x, line));
            }
        }
        return canvas;
    }

    /** Which pixels of the picture a drawn one is made of, along one axis: none beyond the picture. */
    private record Weights(int[] first, float[][] weights) {

        static Weights of(int drawn, double scale, double origin, int length) {
            Weights result = new Weights(new int[drawn], new float[drawn][]);
            for (int i = 0; i < drawn; i++) {
                double centre = (i + 0.5) / scale + origin;
                boolean inside = centre >= 0 && centre < length;
                result.first[i] = inside ? (int) centre : 0;
                result.weights[i] = inside ? new float[] {1} : new float[0];
                if (inside && scale < SQUARE_PIXELS) {
                    result.triangle(i, centre, Math.max(1, 1 / scale), length);
                }
            }
            return result;
        }

        /** Bilinear; where the picture is reduced, over as many pixels as fall together. */
        private void triangle(int i, double centre, double support, int length) {
            int from = Math.max(0, (int) Math.ceil(centre - support - 0.5));
            int to = Math.min(length - 1, (int) Math.floor(centre + support - 0.5));
            first[i] = from;
            weights[i] = new float[to - from + 1];
            double sum = 0;
            for (int j = from; j <= to; j++) {
                sum += 1 - Math.abs(j + 0.5 - centre) / support;
            }
            for (int j = from; j <= to; j++) {
                weights[i][j - from] = (float) ((1 - Math.abs(j + 0.5 - centre) / support) / sum);
            }
        }

        /** One drawn row over the picture's whole width, {@code [width, 3]}. */
        void sumRows(int y, RgbImage image, float[] line) {
            Arrays.fill(line, 0);
            for (int k = 0; k < weights[y].length; k++) {
                int start = (first[y] + k) * line.length;
                for (int i = 0; i < line.length; i++) {
                    line[i] += weights[y][k] * (image.pixels()[start + i] & 0xFF);
                }
            }
        }

        int sumPixels(int x, float[] line) {
            float red = 0;
            float green = 0;
            float blue = 0;
            for (int k = 0; k < weights[x].length; k++) {
                int start = (first[x] + k) * RgbImage.CHANNELS;
                red += weights[x][k] * line[start];
                green += weights[x][k] * line[start + 1];
                blue += weights[x][k] * line[start + 2];
            }
            return channel(red) << 16 | channel(green) << 8 | channel(blue);
        }

        private static int channel(float value) {
            return Math.clamp(Math.round(value), 0, 255);
        }
    }
}
