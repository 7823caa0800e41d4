package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.StateDict;

/**
 * Where the four projections of an attention layer are stored.
 *
 * @param inputs those of queries, keys and values
 * @param output {@code [width, heads · valueSize]}
 * @param norms of queries and keys, once they are projected
 */
public record AttentionWeights(Inputs inputs, Projection output, HeadNorms norms) {

    /** Queries and keys are not normalised. */
    private AttentionWeights(Inputs inputs, Projection output) {
        this(inputs, output, HeadNorms.NONE);
    }

    /** The same projections, whose queries and keys are normalised. */
    public AttentionWeights withNorms(HeadNorms some) {
        return new AttentionWeights(inputs, output, some);
    }

    /** How the projections of queries, keys and values are stored: each by itself, or several as one. */
    public sealed interface Inputs {

        /**
         * Each by itself.
         *
         * @param query {@code [heads · headSize, width]}
         * @param key {@code [keyHeads · headSize, memory width]}
         * @param value {@code [keyHeads · valueSize, memory width]}
         */
        record Apart(Projection query, Projection key, Projection value) implements Inputs {}

        /**
         * All three as one, for self-attention whose queries, keys and values are of one width.
         *
         * @param queryKeyValue {@code [3 · heads · headSize, width]}: the queries' rows, then the keys', then the values'
         */
        record Together(Projection queryKeyValue) implements Inputs {}

        /**
         * Keys and values as one, both of one width.
         *
         * @param query {@code [heads · headSize, width]}
         * @param keyValue {@code [2 · keyHeads · headSize, memory width]}: the keys' rows, then the values'
         */
        record KeyValueTogether(Projection query, Projection keyValue) implements Inputs {}
    }

    /**
     * One projection, or several that are stored as one.
     *
     * @param weights where its weight is, and its bias if it has one
     */
    public record Projection(StateDict weights, boolean biased) {

        /** One. */
        Linear load(Engine engine, int outFeatures, int inFeatures) {
            return Linear.load(engine, weights, outFeatures, inFeatures, biased);
        }

        /** Several, each of so many features. */
        Linear loadParts(Engine engine, int parts, int outFeatures, int inFeatures) {
            return Linear.load(engine, weights, parts * outFeatures, inFeatures, biased)
                    .inParts(outFeatures);
        }
    }

    /** All four by themselves, with a bias. */
    public static AttentionWeights biased(StateDict query, StateDict key, StateDict value, StateDict output) {
        return of(query, key, value, output, true, true);
    }

    /** All four by themselves; the first three with biases or without, and the last. */
    public static AttentionWeights of(
            StateDict query,
            StateDict key,
            StateDict value,
            StateDict output,
            boolean queryKeyValueBias,
            boolean outputBias) {
        return of(
                new Projection(query, queryKeyValueBias),
                new Projection(key, queryKeyValueBias),
                new Projection(value, queryKeyValueBias),
                new Projection(output, outputBias));
    }

    /** All four by themselves. */
    public static AttentionWeights of(Projection query, Projection key, Projection value, Projection output) {
        return new AttentionWeights(new Inputs.Apart(query, key, value), output);
    }

    /** The first three as one: see {@link Inputs.Together}. */
    public static AttentionWeights together(Projection queryKeyValue, Projection output) {
        return new AttentionWeights(new Inputs.Together(queryKeyValue), output);
    }

    /** Keys and values as one: see {@link Inputs.KeyValueTogether}. */
    public static AttentionWeights keyValueTogether(Projection query, Projection keyValue, Projection output) {
        return new AttentionWeights(new Inputs.KeyValueTogether(query, keyValue), output);
    }
}
