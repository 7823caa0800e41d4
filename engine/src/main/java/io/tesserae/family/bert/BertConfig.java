package io.tesserae.family.bert;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one BERT different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param typeVocabSize token types that have one; 2 for first and second text
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 */
public record BertConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps)
        implements EncoderConfig {

    /** Checks what no checkpoint can break. */
    public BertConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || maxPositionEmbeddings < 1
                || typeVocabSize < 1
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", type_vocab_size " + typeVocabSize
                    + ", hidden_size " + hiddenSize + ", num_hidden_layers " + numHiddenLayers
                    + ", num_attention_heads " + numAttentionHeads + ", intermediate_size " + intermediateSize);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /** Reads BERT's keys, with the defaults of transformers' {@code BertConfig}. */
    public static BertConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        ConfigChecks.requireAbsolutePositions(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        return new BertConfig(
                config.optionalInt("vocab_size", 30522, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 512, 1, ConfigChecks.MOST_POSITIONS),
                config.optionalInt("type_vocab_size", 2, 1, ConfigChecks.MOST_TOKEN_TYPES),
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                ConfigChecks.heads(config, "num_attention_heads", 12, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", 3072),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-12));
    }

    @Override
    public int layers() {
        return numHiddenLayers;
    }

    @Override
    public int attentionHeads() {
        return numAttentionHeads;
    }
}
