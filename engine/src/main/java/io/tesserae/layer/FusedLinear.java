package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Several linear layers of the same rows as one, their outputs side by side: queries, keys and values in one product. */
public final class FusedLinear {

    private FusedLinear() {}

    /**
     * Loads layers of the same shape that are stored apart.
     *
     * @param outFeatures of each part
     * @param biased whether the parts have a bias; if not, the state dict holds none
     */
    public static Linear load(Engine engine, int outFeatures, int inFeatures, boolean biased, StateDict... parts) {
        return load(
                engine,
                Collections.nCopies(parts.length, outFeatures),
                inFeatures,
                Arrays.stream(parts).map(part -> new Projection(part, biased)).toList());
    }

    /**
     * Loads layers that are stored apart, some with a bias and some without: there it is zeros.
     *
     * @param outFeatures of each part
     */
    static Linear load(Engine engine, List<Integer> outFeatures, int inFeatures, List<Projection> parts) {
        List<StoredTensor> weights = new ArrayList<>();
        List<Tensor> biases = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            StateDict stored = parts.get(part).weights();
            int features = outFeatures.get(part);
            weights.add(stored.require("weight", features, inFeatures));
            biases.add(parts.get(part).biased() ? stored.read("bias", features) : Tensor.zeros(features));
        }
        return Linear.pack(engine, outFeatures, inFeatures, weights, biases);
    }
}
