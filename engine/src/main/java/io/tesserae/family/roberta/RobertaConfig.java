package io.tesserae.family.roberta;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one RoBERTa different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings rows of the table of positions; those up to the padding's id are not of tokens
 * @param typeVocabSize token types that have an embedding; usually 1
 * @param padTokenId the padding token's id, and the row of positions that padding has; below {@code vocabSize}, and two or more below {@code
 *     maxPositionEmbeddings}
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 */
public record RobertaConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        int padTokenId,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps)
        implements EncoderConfig {

    /** Checks what no checkpoint can break. */
    public RobertaConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || typeVocabSize < 1
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", type_vocab_size " + typeVocabSize + ", hidden_size " + hiddenSize + ", num_hidden_layers "
                    + numHiddenLayers + ", num_attention_heads " + numAttentionHeads + ", intermediate_size "
                    + intermediateSize);
        }
        if (padTokenId < 0 || padTokenId >= vocabSize || padTokenId > maxPositionEmbeddings - 2) {
            throw new IllegalArgumentException("pad_token_id " + padTokenId + " is outside the vocabulary of "
                    + vocabSize + ", or leaves none of " + maxPositionEmbeddings + " positions to tokens");
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /**
     * Reads RoBERTa's keys.
     *
     * @param vocabulary {@code vocab_size} where the key is absent: the classes of transformers differ in nothing else
     */
    public static RobertaConfig read(ConfigSource config, int vocabulary) {
        ConfigChecks.requireKnownMathematics(config);
        ConfigChecks.requireAbsolutePositions(config);
        int vocabSize = config.optionalInt("vocab_size", vocabulary, 1, ConfigChecks.LARGEST_VOCABULARY);
        int padTokenId = config.optionalInt("pad_token_id", 1, 0, vocabSize - 1);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        return new RobertaConfig(
                vocabSize,
                config.optionalInt("max_position_embeddings", 512, padTokenId + 2, ConfigChecks.MOST_POSITIONS),
                config.optionalInt("type_vocab_size", 2, 1, ConfigChecks.MOST_TOKEN_TYPES),
                padTokenId,
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
