package io.tesserae.scenes.evaluation;

import io.tesserae.scenes.Scene;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether a head's attention cuts out a thing. The strongest patches that together have most of the attention are
 * taken as what the head sees, and compared with the pixels of the thing: intersection over union. So DINO measures
 * the attention of its class token in the last layer, of each picture's best head: Caron et al., <i>Emerging
 * properties in self-supervised vision transformers</i>, 2021, section 4.2.2, and {@code visualize_attention.py}.
 *
 * @param rows of patches
 * @param columns of patches
 * @param mass what share of the attention is kept, above 0 and up to 1; DINO's is 0.6
 */
public record AttentionSegmentation(int rows, int columns, double mass) {

    /** What share of the attention DINO keeps. */
    public static final double USUAL_MASS = 0.6;

    private static final int SIDE = Scene.SIDE;

    /** Checks that there are patches, and some attention to keep. */
    public AttentionSegmentation {
        if (rows < 1 || columns < 1 || !(mass > 0 && mass <= 1)) {
            throw new IllegalArgumentException("expected one or more rows and columns, and a mass above 0 and up to 1, "
                    + "found " + rows + " rows, " + columns + " columns and " + mass);
        }
    }

    /** How well a head cuts out a thing. */
    public record HeadScore(int head, double intersectionOverUnion) {}

    /**
     * The patches that a head sees. From the weakest on, patches are left out as long as their sum is within what may
     * be lost; of two that are as strong the first is left out first.
     *
     * @param attention of each patch, row by row, without the class token: [rows * columns]; 0 or more, not all of it
     *     0
     * @return [rows * columns]
     */
    public boolean[] patches(float[] attention) {
        double sum = checkedSum(attention);
        Integer[] weakestFirst = IntStream.range(0, attention.length).boxed().toArray(Integer[]::new);
        Arrays.sort(weakestFirst, Comparator.comparingDouble(patch -> attention[patch]));
        boolean[] kept = new boolean[attention.length];
        double lost = 0;
        for (int patch : weakestFirst) {
            lost += attention[patch];
            kept[patch] = lost > (1 - mass) * sum;
        }
        return kept;
    }

    private double checkedSum(float[] attention) {
        double sum = 0;
        for (float share : attention) {
            if (!(share >= 0)) {
                throw new IllegalArgumentException("attention is 0 or more, found " + share);
            }
            sum += share;
        }
        if (attention.length != rows * columns || !(sum > 0 && Double.isFinite(sum))) {
            throw new IllegalArgumentException("a map of " + rows + " x " + columns + " patches has " + rows * columns
                    + " finite numbers that are not all 0, found " + attention.length + " with the sum " + sum);
        }
        return sum;
    }

    /**
     * How well the patches that a head sees are a thing: the pixels in both divided by the pixels in either, 0 to 1.
     * A pixel belongs to the patch in which its middle lies.
     *
     * @param attention as of {@link #patches}
     * @param mask the pixels of the thing, row by row, one or more: [{@value Scene#SIDE} * {@value Scene#SIDE}]
     */
    public double intersectionOverUnion(float[] attention, boolean[] mask) {
        boolean[] patches = patches(attention);
        if (mask.length != SIDE * SIDE) {
            throw new IllegalArgumentException(
                    "a mask has " + SIDE + " x " + SIDE + " pixels, found " + mask.length + " in all");
        }
        int both = 0;
        int either = 0;
        for (int pixel = 0; pixel < mask.length; pixel++) {
            int row = (2 * (pixel / SIDE) + 1) * rows / (2 * SIDE);
            int column = (2 * (pixel % SIDE) + 1) * columns / (2 * SIDE);
            boolean isSeen = patches[row * columns + column];
            both += isSeen && mask[pixel] ? 1 : 0;
            either += isSeen || mask[pixel] ? 1 : 0;
        }
        return both / (double) either;
    }

    /**
     * The head that cuts out a thing best; of two as good the first.
     *
     * @param heads the attention of each, one or more
     * @param mask as of {@link #intersectionOverUnion}
     */
    public HeadScore best(List<float[]> heads, boolean[] mask) {
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("no heads: expected one or more");
        }
        HeadScore best = new HeadScore(0, intersectionOverUnion(heads.getFirst(), mask));
        for (int head = 1; head < heads.size(); head++) {
            double score = intersectionOverUnion(heads.get(head), mask);
            if (score > best.intersectionOverUnion) {
                best = new HeadScore(head, score);
            }
        }
        return best;
    }
}
