package io.tesserae.pipelines.drawing;

import java.util.Arrays;

/**
 * What a map's colours stand for. Transformers like to gather much attention on a patch or two of no meaning, beside which all
 * others would look alike: so the last colour begins at the 99th percentile, and stands for all that is above.
 *
 * @param least the map's least value, where the colours begin
 * @param bright from where on a value has the last colour
 * @param most the map's largest value
 * @see <a href="https://arxiv.org/abs/2309.16588">Darcet et al. 2023, Vision Transformers Need Registers</a>
 */
public record HeatRange(float least, float bright, float most) {

    private static final double PERCENTILE = 0.99;

    /** Of values, one or more. */
    public static HeatRange of(float[] values) {
        float[] ascending = values.clone();
        Arrays.sort(ascending);
        double rank = PERCENTILE * (ascending.length - 1);
        float below = ascending[(int) Math.floor(rank)];
        float above = ascending[(int) Math.ceil(rank)];
        float bright = (float) (below + (above - below) * (rank - Math.floor(rank)));
        float most = ascending[ascending.length - 1];
        // Where all but the highest are equal there is no percentile to go by.
        return new HeatRange(ascending[0], bright > ascending[0] ? bright : most, most);
    }

    /** 0 to 1; in the middle where all values are the same. */
    public double position(double value) {
        return bright > least ? Math.clamp((value - least) / ((double) bright - least), 0.0, 1.0) : 0.5;
    }
}
