package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Several linear layers of the same shape as one, their outputs side by side: queries, keys and values in one product. */
public final class FusedLinear {

    private FusedLinear() {}

    /**
     * Loads layers that are stored apart.
     *
     * @param outFeatures of each part
     * @param biased whether the parts have a bias; if not, the state dict holds none
     */
    public static Linear load(Engine engine, int outFeatures, int inFeatures, boolean biased, StateDict... parts) {
        List<StoredTensor> weights = Stream.of(parts)
                .map(part -> part.require("weight", outFeatures, inFeatures))
                .toList();
        List<Tensor> biases = Stream.of(parts)
                .filter(part -> biased)
                .map(part -> part.read("bias", outFeatures))
                .toList();
        return Linear.pack(engine, outFeatures, inFeatures, weights, biases);
    }

    /**
     * Loads layers that are stored as one.
     *
     * @param parts how many layers they are
     * @param outFeatures of each of them
     * @param biased whether there is a bias; if not, the state dict holds none
     */
    static Linear loadTogether(
            Engine engine, StateDict weights, int parts, int outFeatures, int inFeatures, boolean biased) {
        return Linear.load(engine, weights, parts * outFeatures, inFeatures, biased)
                .inParts(outFeatures);
    }
}
