package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.family.distilbert.DistilBertHeads;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.Activation;

/** A DistilBERT classifier of {@link RandomWeights}. */
final class RandomDistilBert {

    /** The sizes of distilbert-base. */
    static final DistilBertConfig BASE = new DistilBertConfig(30522, 512, 768, 6, 12, 3072, Activation.GELU);

    /** The sizes of all-MiniLM-L6, with DistilBERT's embeddings. */
    static final DistilBertConfig MINILM = new DistilBertConfig(30522, 512, 384, 6, 12, 1536, Activation.GELU);

    private static final int LABELS = 2;

    private RandomDistilBert() {}

    /** A model with two labels. */
    static SequenceClassifier load(Engine engine, DistilBertConfig config) {
        return DistilBertHeads.sequenceClassifier(engine, config, LABELS, weights(config));
    }

    private static RandomWeights weights(DistilBertConfig config) {
        RandomWeights weights = new RandomWeights();
        weights.add("distilbert.embeddings.word_embeddings.weight", config.vocabSize(), config.dim());
        weights.add("distilbert.embeddings.position_embeddings.weight", config.maxPositionEmbeddings(), config.dim());
        weights.addWithBias("distilbert.embeddings.LayerNorm", config.dim());
        for (int layer = 0; layer < config.nLayers(); layer++) {
            String block = "distilbert.transformer.layer." + layer + ".";
            for (String part : new String[] {"q_lin", "k_lin", "v_lin", "out_lin"}) {
                weights.addWithBias(block + "attention." + part, config.dim(), config.dim());
            }
            weights.addWithBias(block + "sa_layer_norm", config.dim());
            weights.addWithBias(block + "ffn.lin1", config.hiddenDim(), config.dim());
            weights.addWithBias(block + "ffn.lin2", config.dim(), config.hiddenDim());
            weights.addWithBias(block + "output_layer_norm", config.dim());
        }
        weights.addWithBias("pre_classifier", config.dim(), config.dim());
        weights.addWithBias("classifier", LABELS, config.dim());
        return weights;
    }
}
