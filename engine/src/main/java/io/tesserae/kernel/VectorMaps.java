package io.tesserae.kernel;

import static io.tesserae.kernel.VectorKernels.LANES;

import java.util.Arrays;

/**
 * Attention maps beside blocks of keys: a row of a map keeps its query's scores until the greatest of all is known, and the scores then become
 * probabilities where they are.
 */
final class VectorMaps {

    private VectorMaps() {}

    /**
     * Keeps the scores of some keys, each times the scale.
     *
     * @param query the first of the queries
     * @param count how many there are
     * @param low the first of the keys
     * @param high the key behind the last
     * @param scores {@code [keys][lanes]} from {@code at} on
     */
    static void keep(
            AttentionPattern pattern,
            AttentionTask task,
            int query,
            int count,
            int low,
            int high,
            float[] scores,
            int at,
            float scale,
            AttentionMaps maps) {
        for (int lane = 0; lane < count; lane++) {
            int row = AttentionMaps.row(pattern, task, query + lane);
            int first = Math.max(low, pattern.firstKey(task.sequence(), query + lane));
            int end = Math.min(high, pattern.endKey(task.sequence(), query + lane));
            for (int key = first; key < end; key++) {
                maps.of(task)[row + key] = scores[at + (key - low) * LANES + lane] * scale;
            }
        }
    }

    /** Turns the scores of a query into probabilities; those of keys that it does not see are zero. */
    static void finish(
            AttentionPattern pattern,
            AttentionTask task,
            int query,
            float shift,
            float reciprocal,
            AttentionMaps maps) {
        int row = AttentionMaps.row(pattern, task, query);
        int first = Math.min(pattern.firstKey(task.sequence(), query), pattern.keys(task.sequence()));
        int end = Math.max(first, pattern.endKey(task.sequence(), query));
        float[] map = maps.of(task);
        Arrays.fill(map, row, row + first, 0f);
        Arrays.fill(map, row + end, row + pattern.keys(task.sequence()), 0f);
        VectorFewQueries.exponentiate(map, row + first, row + end, shift);
        for (int i = row + first; i < row + end; i++) {
            map[i] *= reciprocal;
        }
    }
}
