package io.tesserae.pipelines.attention;

import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.HeatPainter;
import io.tesserae.pipelines.drawing.Scene;

/** Draws one map over one picture. */
final class Painter {

    private static final int OUTLINE = 0xFFE9A8;

    private Painter() {}

    /** A map as smooth colour over the picture. */
    static Canvas heat(Scene scene, Heatmap heatmap) {
        return HeatPainter.heat(scene, heatmap.rows(), heatmap.columns(), heatmap.values());
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
                canvas.set(x, y, edge ? OUTLINE : kept ? rgb : HeatPainter.dimmed(rgb));
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
                canvas.set(x, y, Canvas.mix(HeatPainter.dimmed(rgb), rgb, patch < 0 ? 0 : share.values()[patch]));
            }
        }
        return canvas;
    }
}
