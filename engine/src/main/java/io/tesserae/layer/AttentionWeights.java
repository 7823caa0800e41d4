package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

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
     * One projection. It may be stored by itself, or with others of its shape, one below the other in one weight and one bias.
     *
     * @param weights where its weight is, and its bias if it has one
     * @param part which of those that are stored together it is, from 0
     * @param parts how many are stored together; 1 for one by itself
     */
    public record Projection(StateDict weights, boolean biased, int part, int parts) {

        /** A projection that is stored by itself. */
        public Projection(StateDict weights, boolean biased) {
            this(weights, biased, 0, 1);
        }

        Linear load(Engine engine, int outFeatures, int inFeatures) {
            return loadSideBySide(engine, outFeatures, inFeatures, List.of(this));
        }

        /** Several of one shape as one layer, their outputs side by side; all have a bias, or none has. */
        static Linear loadSideBySide(Engine engine, int outFeatures, int inFeatures, List<Projection> projections) {
            List<StoredTensor> weights = projections.stream()
                    .map(projection -> projection.weight(outFeatures, inFeatures))
                    .toList();
            List<Tensor> biases = projections.stream()
                    .filter(Projection::biased)
                    .map(projection -> projection.bias(outFeatures))
                    .toList();
            return Linear.pack(engine, outFeatures, inFeatures, weights, biases);
        }

        private StoredTensor weight(int outFeatures, int inFeatures) {
            return weights.require("weight", parts * outFeatures, inFeatures).from(part * outFeatures);
        }

        private Tensor bias(int outFeatures) {
            float[] all = weights.read("bias", parts * outFeatures).data();
            return Tensor.of(Arrays.copyOfRange(all, part * outFeatures, (part + 1) * outFeatures), outFeatures);
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

    /**
     * Queries, keys and values in one weight and one bias, in this order one below the other; all with a bias.
     *
     * @param queryKeyValue {@code [3 · heads · headSize, width]}
     */
    public static AttentionWeights stacked(StateDict queryKeyValue, StateDict output) {
        return new AttentionWeights(
                new Projection(queryKeyValue, true, 0, 3),
                new Projection(queryKeyValue, true, 1, 3),
                new Projection(queryKeyValue, true, 2, 3),
                new Projection(output, true));
    }

    /** Whether queries, keys and values can be one product: all have a bias, or none has. */
    boolean biasedAlike() {
        return query.biased == key.biased && key.biased == value.biased;
    }
}
