package io.tesserae.pipelines.text;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Tokens of the vocabulary and their scores, best first.
 *
 * @param ids the tokens
 * @param scores as many
 */
record RankedTokens(int[] ids, float[] scores) {

    /**
     * The candidates with the highest scores; of equal scores the lower id comes first. Few of a large vocabulary are wanted,
     * so the best so far are kept in a heap, and most candidates cost one comparison.
     *
     * @param scores from {@code offset} on, one for each token of the vocabulary
     * @param candidates ids, ascending
     */
    static RankedTokens best(float[] scores, int offset, int[] candidates, int topK) {
        Comparator<Integer> worstFirst =
                Comparator.<Integer>comparingDouble(id -> scores[offset + id]).thenComparing(Comparator.reverseOrder());
        PriorityQueue<Integer> best = new PriorityQueue<>(worstFirst);
        for (int id : candidates) {
            if (best.size() < topK) {
                best.add(id);
            } else if (scores[offset + id] > scores[offset + best.element()]) {
                best.remove();
                best.add(id);
            }
        }
        int[] ids = new int[best.size()];
        float[] ranked = new float[best.size()];
        for (int rank = ids.length - 1; rank >= 0; rank--) {
            ids[rank] = best.remove();
            ranked[rank] = scores[offset + ids[rank]];
        }
        return new RankedTokens(ids, ranked);
    }

    int size() {
        return ids.length;
    }
}
