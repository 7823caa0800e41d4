package io.tesserae.pipelines.attention.latents;

import io.tesserae.loaders.processor.Region;
import io.tesserae.model.RowGrid;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.HeatPainter;
import io.tesserae.pipelines.drawing.Scene;

/** Draws what is read of one picture. */
final class LatentPainter {

    private LatentPainter() {}

    /** A map where its cells lie. */
    static Canvas heat(Scene scene, ImageLatentAttention attention, Heatmap map) {
        RowGrid grid = attention.grid();
        Region place = new Region(grid.left(), grid.top(), grid.width(), grid.height());
        Heatmap drawn = drawn(scene, map);
        return HeatPainter.heat(scene, drawn.rows(), drawn.columns(), drawn.values(), place);
    }

    /** A map as it is drawn: of no more cells than pixels. */
    static Heatmap drawn(Scene scene, Heatmap map) {
        Region seen = scene.seenShare();
        return AreaMean.reduced(map, (int) (seen.height() * scene.height()), (int) (seen.width() * scene.width()));
    }
}
