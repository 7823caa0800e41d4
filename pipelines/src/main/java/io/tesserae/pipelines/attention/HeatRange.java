package io.tesserae.pipelines.attention;

/**
 * What a map's colours stand for: the first for its least value, the last for its most.
 *
 * @param least where the colours begin
 * @param most where they end
 */
record HeatRange(float least, float most) {

    static HeatRange of(Heatmap heatmap) {
        return new HeatRange(heatmap.min(), heatmap.max());
    }

    /** 0 to 1; in the middle where all values are the same. */
    double position(double value) {
        return most > least ? Math.clamp((value - least) / ((double) most - least), 0.0, 1.0) : 0.5;
    }
}
