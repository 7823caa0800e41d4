package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.family.vit.VitConfig;
import io.tesserae.family.vit.VitFamily;
import io.tesserae.family.vit.VitHeads;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/** A ViT classifier of {@link RandomWeights}. */
final class RandomVit {

    /** The sizes of vit-base-patch16-224, ViT-B/16. */
    static final VitConfig BASE = new VitConfig(
            768, 12, 12, 3072, Activation.GELU, 1e-12f, new ImageGrid(224, 224, 16, 16), 3, true, 768, Activation.TANH);

    private static final int LABELS = 1000;

    private RandomVit() {}

    /** A model with the thousand labels of ImageNet. */
    static ImageClassifier load(Engine engine, VitConfig config) {
        return VitHeads.classifier(engine, config, VitFamily.NAMES, LABELS, weights(config));
    }

    private static RandomWeights weights(VitConfig config) {
        int hidden = config.hiddenSize();
        ImageGrid grid = config.grid();
        int tokens = 1 + grid.gridHeight() * grid.gridWidth();
        RandomWeights weights = new RandomWeights();
        weights.add("vit.embeddings.cls_token", 1, 1, hidden);
        weights.add("vit.embeddings.position_embeddings", 1, tokens, hidden);
        weights.addWithBias(
                "vit.embeddings.patch_embeddings.projection",
                hidden,
                config.numChannels(),
                grid.patchHeight(),
                grid.patchWidth());
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            String block = "vit.encoder.layer." + layer + ".";
            for (String part : new String[] {"attention.query", "attention.key", "attention.value", "output.dense"}) {
                weights.addWithBias(block + "attention." + part, hidden, hidden);
            }
            weights.addWithBias(block + "layernorm_before", hidden);
            weights.addWithBias(block + "layernorm_after", hidden);
            weights.addWithBias(block + "intermediate.dense", config.intermediateSize(), hidden);
            weights.addWithBias(block + "output.dense", hidden, config.intermediateSize());
        }
        weights.addWithBias("vit.layernorm", hidden);
        weights.addWithBias("classifier", LABELS, hidden);
        return weights;
    }
}
