package io.tesserae.family.debertav2;

import io.tesserae.model.TokenBatch;
import java.util.Arrays;

/**
 * Which row of the table of distances a distance has. Near ones have a row each, far ones share rows, by their logarithms; the farthest all
 * have the last: transformers' {@code make_log_bucket_position} and the clamping behind it.
 */
final class RelativePositions {

    private RelativePositions() {}

    /**
     * Each distance's row, {@code [2 · positions - 1]}, from {@code 1 - positions} on. A distance is the query's position less the key's.
     *
     * @param positions the longest text, in tokens
     */
    static int[] rows(DebertaV2Config.Distances distances, int positions) {
        int span = distances.span();
        int[] rows = new int[2 * positions - 1];
        Arrays.setAll(rows, i -> Math.clamp((long) bucket(distances, i - positions + 1) + span, 0, 2 * span - 1));
        return rows;
    }

    /** The bucket of a distance, below 0 where the key comes later: in float32, operation by operation as the reference does it. */
    private static int bucket(DebertaV2Config.Distances distances, int distance) {
        int middle = distances.buckets() / 2;
        int far = Math.abs(distance);
        if (distances.buckets() == 0 || far <= middle) {
            return distance;
        }
        float share = logarithm((float) far / middle)
                / logarithm((float) ((double) (distances.most() - 1) / middle))
                * (middle - 1);
        return Integer.signum(distance) * (int) ((float) Math.ceil(share) + middle);
    }

    /** Of {@link StrictMath}, whose bits are the same everywhere. */
    private static float logarithm(float x) {
        return (float) StrictMath.log(x);
    }

    /** Each token's position, by sequences. Masked tokens are not in a batch, but their neighbours are as far apart as if they were. */
    static int[][] positions(TokenBatch batch) {
        int[][] positions = new int[batch.sequences()][];
        Arrays.setAll(
                positions,
                s -> Arrays.copyOfRange(batch.positionIds(), batch.sequenceStarts()[s], batch.sequenceStarts()[s + 1]));
        return positions;
    }
}
