package io.tesserae.training.data;

import io.tesserae.model.TokenBatch;
import java.util.List;

/**
 * Texts two by two, and how near they are to each other.
 *
 * @param first a sequence for each pair
 * @param second likewise
 * @param scores {@code [pairs]}
 */
public record ScoredPairBatch(TokenBatch first, TokenBatch second, float[] scores) {

    /** Pairs as a batch, in their order. */
    public static ScoredPairBatch of(List<ScoredPair> pairs) {
        float[] scores = new float[pairs.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = pairs.get(i).score();
        }
        return new ScoredPairBatch(
                EncodedText.batch(pairs.stream().map(ScoredPair::first).toList()),
                EncodedText.batch(pairs.stream().map(ScoredPair::second).toList()),
                scores);
    }
}
