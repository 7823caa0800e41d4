package io.tesserae.family.electra;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one ELECTRA different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param typeVocabSize token types that have one; 2 for first and second text
 * @param embeddingSize width of the embeddings
 * @param hiddenSize width of the residual stream; the embeddings are projected to it where they have another
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 */
public record ElectraConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        int embeddingSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps)
        implements EncoderConfig {

    /** Checks what no checkpoint can break. */
    public ElectraConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || maxPositionEmbeddings < 1
                || typeVocabSize < 1
                || embeddingSize < 1
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", type_vocab_size " + typeVocabSize
                    + ", embedding_size " + embeddingSize + ", hidden_size " + hiddenSize + ", num_hidden_layers "
                    + numHiddenLayers + ", num_attention_heads " + numAttentionHeads + ", intermediate_size "
                    + intermediateSize);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /** Reads ELECTRA's keys, with the defaults of transformers' {@code ElectraConfig}. */
    public static ElectraConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        ConfigChecks.requireAbsolutePositions(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 256);
        return new ElectraConfig(
                config.optionalInt("vocab_size", 30522, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 512, 1, ConfigChecks.MOST_POSITIONS),
                config.optionalInt("type_vocab_size", 2, 1, ConfigChecks.MOST_TOKEN_TYPES),
                ConfigChecks.width(config, "embedding_size", 128),
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                ConfigChecks.heads(config, "num_attention_heads", 4, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", 1024),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-12));
    }

    /**
     * The activation behind the summary of a sequence, {@code summary_activation}; an empty name is none.
     *
     * @throws RuntimeException if the configuration asks for another summary than a projection of the first token
     */
    public static Activation summaryActivation(ConfigSource config) {
        String type = config.optionalString("summary_type", "first");
        if (!type.equals("first")) {
            throw config.unexpected("summary_type", "first: other summaries depend on padding, and are not supported");
        }
        if (!config.optionalBoolean("summary_use_proj", true)) {
            throw config.unexpected("summary_use_proj", "true: a summary without its projection is not supported");
        }
        if (config.isSet("summary_proj_to_labels") && config.requireBoolean("summary_proj_to_labels")) {
            throw config.unexpected("summary_proj_to_labels", "false: a projection to labels is not supported");
        }
        return config.optionalString("summary_activation", "gelu").isEmpty()
                ? Activation.LINEAR
                : ConfigChecks.activation(config, "summary_activation", "gelu");
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
