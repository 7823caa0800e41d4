package io.tesserae.pipelines.attention;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Where a vision transformer looked: a picture, and the attention of every layer over its patches.
 *
 * <p>The sequence is that of the model: the class token, further tokens that are not patches (a distillation token,
 * registers), then the patches row by row.
 *
 * @param picture as it was before the model's preprocessing
 * @param seen the rectangle of the picture that the patches lie on, in its pixels; may be a part of it, and may reach over
 *     its edge
 * @param gridRows patches from top to bottom
 * @param gridColumns patches from left to right
 * @param prefixTokens tokens before the first patch, 1 or more
 * @param layers per layer {@code [heads, length, length]}, {@code length = prefixTokens + gridRows * gridColumns}; a row
 *     says how much of its attention a token gives to each, and sums to 1
 */
public record ImageAttention(
        RgbImage picture, Region seen, int gridRows, int gridColumns, int prefixTokens, List<Tensor> layers) {

    /** Checks that everything fits together, and that the maps are attention. */
    public ImageAttention {
        new PatchGrid(picture, seen, gridRows, gridColumns); // which checks them
        if (prefixTokens < 1) {
            throw new IllegalArgumentException("prefixTokens: expected the class token at least, found " + prefixTokens
                    + "; a model without a class token has no attention of it to show");
        }
        long length = prefixTokens + (long) gridRows * gridColumns;
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a grid of " + gridRows + " x " + gridColumns + " patches is too large");
        }
        layers = AttentionMaps.checked(
                layers, (int) length, prefixTokens + " tokens, then " + gridRows + " x " + gridColumns + " patches");
    }

    /** How many heads each layer has. */
    public int heads() {
        return layers.getFirst().dimension(0);
    }

    /** The last layer's index. */
    public int lastLayer() {
        return layers.size() - 1;
    }

    /**
     * How much the class token attends to each patch. What it gives to itself and to the other tokens before the patches is
     * left out, and what remains is not scaled up: the sum is at most 1.
     *
     * @param layer counted from 0
     * @param head counted from 0
     */
    public Heatmap classToken(int layer, int head) {
        Tensor map = layers.get(layer);
        int length = map.dimension(2);
        int start = Objects.checkIndex(head, heads()) * length * length; // row 0, the class token's
        return patches(Arrays.copyOfRange(map.data(), start, start + length));
    }

    /**
     * The mean of {@link #classToken(int, int)} over the heads.
     *
     * @param layer counted from 0
     */
    public Heatmap classToken(int layer) {
        return Heatmap.mean(IntStream.range(0, heads())
                .mapToObj(head -> classToken(layer, head))
                .toList());
    }

    /**
     * Attention rollout: how much of each patch has come together in the class token after all layers, if a layer were
     * nothing but its attention and its residual connection. With A the mean of a layer's heads, the layer passes on
     * {@code 0.5 A + 0.5 I}, its rows normalised to 1; rollout is the product of all layers, the first one rightmost. This
     * is the class token's row of it, the patches only.
     *
     * @see <a href="https://arxiv.org/abs/2005.00928">Abnar and Zuidema 2020, Quantifying Attention Flow in
     *     Transformers</a>
     */
    public Heatmap rollout() {
        int length = layers.getFirst().dimension(2);
        double[] flow = new double[length]; // the class token's row of the product so far
        flow[0] = 1;
        // Only one row is asked for, so it goes through the layers from the left, last layer first: a vector times a
        // matrix
        // a layer, where the whole product would be matrix times matrix.
        for (Tensor map : layers.reversed()) {
            flow = throughLayer(flow, map);
        }
        float[] row = new float[length];
        for (int token = 0; token < length; token++) {
            row[token] = (float) flow[token];
        }
        return patches(row);
    }

    private static double[] throughLayer(double[] flow, Tensor map) {
        int heads = map.dimension(0);
        int length = flow.length;
        double[] next = new double[length];
        double[] mixed = new double[length];
        for (int from = 0; from < length; from++) {
            Arrays.fill(mixed, 0);
            for (int head = 0; head < heads; head++) {
                int row = (head * length + from) * length;
                for (int to = 0; to < length; to++) {
                    mixed[to] += 0.5 / heads * map.data()[row + to];
                }
            }
            mixed[from] += 0.5;
            double sum = Arrays.stream(mixed).sum();
            for (int to = 0; to < length; to++) {
                next[to] += flow[from] * (mixed[to] / sum);
            }
        }
        return next;
    }

    /**
     * The patches that hold most of one head's attention, by DINO's rule.
     *
     * @param layer counted from 0
     * @param head counted from 0
     * @param mass the share of the attention to keep, above 0 and at most 1; DINO's is 0.6
     * @see Heatmap#mask
     */
    public PatchMask mask(int layer, int head, double mass) {
        return classToken(layer, head).mask(mass);
    }

    private Heatmap patches(float[] tokens) {
        return new Heatmap(gridRows, gridColumns, Arrays.copyOfRange(tokens, prefixTokens, tokens.length));
    }
}
