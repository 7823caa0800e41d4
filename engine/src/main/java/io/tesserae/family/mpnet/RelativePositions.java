package io.tesserae.family.mpnet;

import io.tesserae.kernel.ScoreBias;
import io.tesserae.tensor.Tensor;

/**
 * What MPNet adds to the score of a query and a key, by the distance between them: a learned number for each bucket of distances.
 * Near distances have a bucket each, farther ones share one, and all beyond {@link #FARTHEST} share the last: Raffel et al., arXiv
 * 1910.10683, section 2.1.
 */
public final class RelativePositions {

    /** Half of them are for keys before the query, half for those behind it. Transformers takes 32, whatever config.json says. */
    static final int BUCKETS = 32;

    private static final int ONE_WAY = BUCKETS / 2;
    private static final int NEAR = ONE_WAY / 2;
    private static final int FARTHEST = 128;

    private RelativePositions() {}

    /**
     * The biases of all distances that occur in a sequence.
     *
     * @param table {@code [buckets, heads]}
     * @param longest sequence, in tokens
     */
    static ScoreBias biases(Tensor table, int longest) {
        int heads = table.dimension(1);
        int reach = longest - 1;
        float[] biases = new float[Math.multiplyExact(heads, 2 * reach + 1)]; // [heads, distances]
        for (int distance = -reach; distance <= reach; distance++) {
            int bucket = bucket(distance);
            for (int head = 0; head < heads; head++) {
                biases[head * (2 * reach + 1) + reach + distance] = table.data()[bucket * heads + head];
            }
        }
        return new ScoreBias.Distances(biases, reach);
    }

    /**
     * The bucket of a distance, in single precision as the reference has it: a logarithm rounded otherwise is another bucket at the
     * borders.
     *
     * @param distance from the query's place to the key's
     */
    public static int bucket(int distance) {
        int first = distance > 0 ? ONE_WAY : 0;
        int steps = Math.abs(distance);
        if (steps < NEAR) {
            return first + steps;
        }
        float logarithm = (float) Math.log(steps / (float) NEAR);
        int far = NEAR + (int) (logarithm / (float) Math.log(FARTHEST / (double) NEAR) * (ONE_WAY - NEAR));
        return first + Math.min(far, ONE_WAY - 1);
    }
}
