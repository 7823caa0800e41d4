package io.tesserae.pipelines.drawing;

import io.tesserae.loaders.processor.Region;

/** Draws a picture, and heat over it. */
public final class HeatPainter {

    /** How much of a picture's colour goes where heat is drawn over it: two coloured things at once cannot be read. */
    private static final double DESATURATION = 0.85;

    /** How far what the model did not see, or a mask did not keep, is darkened. */
    private static final double DIMMED = 0.72;

    /** How much of the picture the first and the last colour cover. */
    private static final double COLD_COVER = 0.45;

    private static final double HOT_COVER = 0.75;

    private static final Region ALL_THAT_IS_SEEN = new Region(0, 0, 1, 1);

    private HeatPainter() {}

    /** The picture, with what the model did not see dimmed. */
    public static Canvas picture(Scene scene) {
        Canvas canvas = new Canvas(scene.width(), scene.height());
        for (int y = 0; y < canvas.height; y++) {
            for (int x = 0; x < canvas.width; x++) {
                int rgb = scene.picture.get(x, y);
                canvas.set(x, y, scene.isSeen(x, y) ? rgb : dimmed(rgb));
            }
        }
        return canvas;
    }

    /** A map over all that the model saw. */
    public static Canvas heat(Scene scene, int rows, int columns, float[] values) {
        return heat(scene, rows, columns, values, ALL_THAT_IS_SEEN);
    }

    /**
     * A map as smooth colour over the picture: where there is little the picture shows through, where there is much it glows. Around the
     * map its outermost values go on, as far as the model saw.
     *
     * @param values {@code [rows, columns]}
     * @param place where the map lies, in shares of the width and height of what the model saw
     */
    public static Canvas heat(Scene scene, int rows, int columns, float[] values, Region place) {
        HeatRange range = HeatRange.of(values);
        BicubicGrid grid = new BicubicGrid(rows, columns, values);
        Canvas canvas = new Canvas(scene.width(), scene.height());
        for (int y = 0; y < canvas.height; y++) {
            grid.goToRow((scene.down(y) - place.top()) / place.height());
            for (int x = 0; x < canvas.width; x++) {
                int rgb = scene.picture.get(x, y);
                if (scene.isSeen(x, y)) {
                    double value = range.position(grid.value((scene.across(x) - place.left()) / place.width()));
                    int grey = Canvas.mix(rgb, Canvas.grey(rgb), DESATURATION);
                    canvas.set(
                            x,
                            y,
                            Canvas.mix(grey, ColourMap.rgb(value), COLD_COVER + (HOT_COVER - COLD_COVER) * value));
                } else {
                    canvas.set(x, y, dimmed(rgb));
                }
            }
        }
        return canvas;
    }

    /** A colour as it is drawn where nobody is to look. */
    public static int dimmed(int rgb) {
        return Canvas.mix(Canvas.mix(rgb, Canvas.grey(rgb), DESATURATION), 0x101014, DIMMED);
    }
}
