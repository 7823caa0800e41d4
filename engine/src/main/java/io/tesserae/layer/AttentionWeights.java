package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.StateDict;

/**
 * Where the four projections of an attention layer are stored.
 *
 * @param query {@code [heads · headSize, width]}
 * @param key {@code [keyHeads · headSize, memory width]}
 * @param value {@code [keyHeads · valueSize, memory width]}
 * @param output {@code [width, heads · valueSize]}
 */
public record AttentionWeights(Projection query, Projection key, Projection value, Projection output) {

    /**
     * One projection.
     *
     * @param weights where its weight is, and its bias if it has one
     */
    public record Projection(StateDict weights, boolean biased) {

        Linear load(Engine engine, int outFeatures, int inFeatures) {
            return Linear.load(engine, weights, outFeatures, inFeatures, biased);
        }
    }

    /** All four with a bias. */
    public static AttentionWeights biased(StateDict query, StateDict key, StateDict value, StateDict output) {
        return of(query, key, value, output, true, true);
    }

    /** The first three with biases or without, and the last. */
    public static AttentionWeights of(
            StateDict query,
            StateDict key,
            StateDict value,
            StateDict output,
            boolean queryKeyValueBias,
            boolean outputBias) {
        return new AttentionWeights(
                new Projection(query, queryKeyValueBias),
                new Projection(key, queryKeyValueBias),
                new Projection(value, queryKeyValueBias),
                new Projection(output, outputBias));
    }

    /** Whether queries, keys and values can be one product: all have a bias, or none has. */
    boolean biasedAlike() {
        return query.biased == key.biased && key.biased == value.biased;
    }
}
