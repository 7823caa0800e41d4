package io.tesserae.pipelines.attention;

import io.tesserae.loaders.processor.Region;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that is drawn of one layer.
 *
 * @param layer counted from 0
 * @param mass the share that the masks hold
 * @param heads the class token's attention, a map for each head
 * @param masks one for each head
 * @param mean of the heads
 * @param rollout through all layers of the model
 * @param agreement the share of the masks that keep a patch
 * @param seesAll whether the model saw the whole picture
 */
record MapsOfLayer(
        int layer,
        double mass,
        List<Heatmap> heads,
        List<PatchMask> masks,
        Heatmap mean,
        Heatmap rollout,
        Heatmap agreement,
        boolean seesAll) {

    static MapsOfLayer of(ImageAttention attention, int layer, double mass) {
        List<Heatmap> heads = IntStream.range(0, attention.heads())
                .mapToObj(head -> attention.classToken(layer, head))
                .toList();
        List<PatchMask> masks = heads.stream().map(map -> map.mask(mass)).toList();
        Region seen = attention.seen();
        boolean seesAll = seen.left() <= 0
                && seen.top() <= 0
                && seen.left() + seen.width() >= attention.picture().width()
                && seen.top() + seen.height() >= attention.picture().height();
        return new MapsOfLayer(
                layer,
                mass,
                heads,
                masks,
                attention.classToken(layer),
                attention.rollout(),
                agreement(masks, attention.gridRows(), attention.gridColumns()),
                seesAll);
    }

    private static Heatmap agreement(List<PatchMask> masks, int rows, int columns) {
        float[] share = new float[rows * columns];
        for (int patch = 0; patch < share.length; patch++) {
            int count = 0;
            for (PatchMask mask : masks) {
                count += mask.kept()[patch] ? 1 : 0;
            }
            share[patch] = (float) count / masks.size();
        }
        return new Heatmap(rows, columns, share);
    }
}
