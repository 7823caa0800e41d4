package io.tesserae.family.distilbert;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;
import java.util.Map;

/**
 * The numbers that make one DistilBERT different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param dim width of the residual stream
 * @param nLayers transformer blocks
 * @param nHeads attention heads of a block; divides {@code dim}
 * @param hiddenDim width between the two layers of a feed-forward block
 * @param activation of the feed-forward blocks
 */
public record DistilBertConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int dim,
        int nLayers,
        int nHeads,
        int hiddenDim,
        Activation activation)
        implements EncoderConfig {

    /** Added to the variance in every layer norm; {@code config.json} has no key for it. */
    public static final float EPSILON = 1e-12f;

    /** The {@code attribute_map} of transformers' {@code DistilBertConfig}. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("hidden_size", "dim", "num_attention_heads", "n_heads", "num_hidden_layers", "n_layers");

    /** Checks what no checkpoint can break. */
    public DistilBertConfig {
        Arguments.require(activation, "activation");
        if (vocabSize < 1 || maxPositionEmbeddings < 1 || dim < 1 || nLayers < 0 || nHeads < 1 || hiddenDim < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", dim " + dim + ", n_layers " + nLayers
                    + ", n_heads " + nHeads + ", hidden_dim " + hiddenDim);
        }
        if (dim % nHeads != 0) {
            throw new IllegalArgumentException("n_heads " + nHeads + " does not divide dim " + dim);
        }
    }

    /** Reads DistilBERT's keys, with the defaults of transformers' {@code DistilBertConfig}. */
    public static DistilBertConfig read(ConfigSource file) {
        ConfigSource config = file.withOtherNames(OTHER_NAMES);
        ConfigChecks.requireKnownMathematics(config);
        int dim = ConfigChecks.width(config, "dim", 768);
        return new DistilBertConfig(
                config.optionalInt("vocab_size", 30522, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 512, 1, ConfigChecks.MOST_POSITIONS),
                dim,
                ConfigChecks.layers(config, "n_layers", 6),
                ConfigChecks.heads(config, "n_heads", 12, dim),
                ConfigChecks.width(config, "hidden_dim", 3072),
                ConfigChecks.activation(config, "activation", "gelu"));
    }

    @Override
    public int hiddenSize() {
        return dim;
    }

    @Override
    public int layers() {
        return nLayers;
    }

    @Override
    public int attentionHeads() {
        return nHeads;
    }
}
