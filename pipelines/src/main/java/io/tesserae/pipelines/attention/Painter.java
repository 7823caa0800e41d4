package io.tesserae.pipelines.attention;

import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.Scene;

/** Draws one map over one picture. */
final class Painter {

    /** How much of a picture's colour goes where heat is drawn over it: two coloured things at once cannot be read. */
    private static final double DESATURATION = 0.85;

    /** How far what the model did not see, or a mask did not keep, is darkened. */
    private static final double DIMMED = 0.72;

    /** How much of the picture the first and the last colour cover. */
    private static final double COLD_COVER = 0.45;

    private static final double HOT_COVER = 0.75;

    private static final int OUTLINE = 0xFFE9A8;

    private Painter() {}

    /** The picture, with what the model did not see dimmed. */
    static Canvas picture(Scene scene) {
        Canvas canvas = new Canvas(scene.width(), scene.height());
        for (int y = 0; y < canvas.height; y++) {
            for (int x = 0; x < canvas.width; x++) {
                int rgb = scene.picture.get(x, y);
                canvas.set(x, y, scene.isSeen(x, y) ? rgb : dimmed(rgb));
            }
        }
        return canvas;
    }

    /** A map as smooth colour over the picture: where there is little the picture shows through, where there is much it glows. */
    static Canvas heat(Scene scene, Heatmap heatmap) {
        HeatRange range = HeatRange.of(heatmap);
        BicubicGrid grid = new BicubicGrid(heatmap);
        Canvas canvas = new Canvas(scene.width(), scene.height());
        for (int y = 0; y < canvas.height; y++) {
            grid.goToRow(scene.down(y));
            for (int x = 0; x < canvas.width; x++) {
                int rgb = scene.picture.get(x, y);
                if (scene.isSeen(x, y)) {
                    double value = range.position(grid.value(scene.across(x)));
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

    /** The patches that a mask keeps in the picture's own colours and with an outline, the others dimmed. */
    static Canvas mask(Scene scene, PatchMask mask) {
        Canvas canvas = new Canvas(scene.width(), scene.height());
        int thickness = Math.max(1, Math.max(scene.width(), scene.height()) / 250);
        for (int y = 0; y < canvas.height; y++) {
            for (int x = 0; x < canvas.width; x++) {
                int rgb = scene.picture.get(x, y);
                boolean kept = isKept(scene, mask, x, y);
                boolean edge = kept
                        && !(isKept(scene, mask, x - thickness, y)
                                && isKept(scene, mask, x + thickness, y)
                                && isKept(scene, mask, x, y - thickness)
                                && isKept(scene, mask, x, y + thickness));
                canvas.set(x, y, edge ? OUTLINE : kept ? rgb : dimmed(rgb));
            }
        }
        return canvas;
    }

    private static boolean isKept(Scene scene, PatchMask mask, int x, int y) {
        int patch = scene.patch(x, y, mask.rows(), mask.columns());
        return patch >= 0 && mask.kept()[patch];
    }

    /** Lit by how many of all masks keep a patch: those of none are dimmed, those of all in the picture's own colours. */
    static Canvas agreement(Scene scene, Heatmap share) {
        Canvas canvas = new Canvas(scene.width(), scene.height());
        for (int y = 0; y < canvas.height; y++) {
            for (int x = 0; x < canvas.width; x++) {
                int rgb = scene.picture.get(x, y);
                int patch = scene.patch(x, y, share.rows(), share.columns());
                canvas.set(x, y, Canvas.mix(dimmed(rgb), rgb, patch < 0 ? 0 : share.values()[patch]));
            }
        }
        return canvas;
    }

    private static int dimmed(int rgb) {
        return Canvas.mix(Canvas.mix(rgb, Canvas.grey(rgb), DESATURATION), 0x101014, DIMMED);
    }
}
