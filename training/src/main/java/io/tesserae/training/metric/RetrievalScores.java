package io.tesserae.training.metric;

/**
 * How well embeddings find their partner among all: each anchor's positive against those of the other anchors, by
 * cosine. The rank of a positive counts all that are as near as it: embeddings that have become all the same find
 * nothing.
 *
 * @param accuracy the part of the anchors whose nearest is their positive, alone
 * @param meanReciprocalRank the mean of one by the positive's rank
 */
public record RetrievalScores(double accuracy, double meanReciprocalRank) {

    /**
     * Compares every anchor with every positive.
     *
     * @param anchors {@code [pairs, hidden]}
     * @param positives {@code [pairs, hidden]}, each the partner of the anchor at its place
     * @throws IllegalArgumentException if the shapes differ, or there are no pairs
     */
    public static RetrievalScores of(float[][] anchors, float[][] positives) {
        Examples.requireAsMany(anchors.length, positives.length);
        double[][] from = Cosine.normalized(anchors);
        double[][] to = Cosine.normalized(positives);
        int first = 0;
        double reciprocals = 0;
        for (int i = 0; i < from.length; i++) {
            int rank = rank(from[i], to, i);
            first += rank == 1 ? 1 : 0;
            reciprocals += 1.0 / rank;
        }
        return new RetrievalScores((double) first / from.length, reciprocals / from.length);
    }

    private static int rank(double[] anchor, double[][] positives, int own) {
        double nearness = Cosine.of(anchor, positives[own]);
        int rank = 1;
        for (int i = 0; i < positives.length; i++) {
            // Turned round, so that NaN is as near as the positive.
            if (i != own && !(Cosine.of(anchor, positives[i]) < nearness)) {
                rank++;
            }
        }
        return rank;
    }
}
