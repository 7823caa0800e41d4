package io.tesserae.family.nomicbert;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.RopeParameters;
import io.tesserae.layer.RotaryEmbedding;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one NomicBERT different from another, by the names of {@code config.json}; transformers' {@code NomicBertConfig}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings the longest sequence, in tokens
 * @param typeVocabSize token types that have an embedding
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block
 * @param headDim channels of a head; even
 * @param intermediateSize width of the gated feed-forward blocks
 * @param hiddenAct activation of the gates
 * @param layerNormEps added to the variance in every layer norm
 * @param rope turns queries and keys by their positions
 */
record NomicBertConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int headDim,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        RotaryEmbedding rope)
        implements EncoderConfig {

    static final double USUAL_THETA = 1000;

    /** Checks what no checkpoint can break. */
    NomicBertConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(rope, "rope");
        if (vocabSize < 1
                || maxPositionEmbeddings < 1
                || typeVocabSize < 1
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || headDim < 1
                || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", type_vocab_size " + typeVocabSize
                    + ", hidden_size " + hiddenSize + ", num_hidden_layers " + numHiddenLayers
                    + ", num_attention_heads " + numAttentionHeads + ", head_dim " + headDim + ", intermediate_size "
                    + intermediateSize);
        }
    }

    /** Reads NomicBERT's keys, with the defaults of transformers' {@code NomicBertConfig}. */
    static NomicBertConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        int heads = ConfigChecks.heads(config, "num_attention_heads", 12, hiddenSize);
        int headDim = headDim(config, hiddenSize / heads);
        NomicBertConfig read = new NomicBertConfig(
                config.optionalInt("vocab_size", 30528, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 2048, 1, ConfigChecks.MOST_POSITIONS),
                config.optionalInt("type_vocab_size", 2, 1, ConfigChecks.MOST_TOKEN_TYPES),
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                heads,
                headDim,
                ConfigChecks.width(config, "intermediate_size", 3072),
                ConfigChecks.activation(config, "hidden_act", "silu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-12),
                RopeParameters.read(config, headDim, USUAL_THETA));
        new PublishedKeys(config).requireSame(read);
        return read;
    }

    private static int headDim(ConfigSource config, int usual) {
        int headDim = config.isSet("head_dim") ? config.requireInt("head_dim", 1, ConfigChecks.WIDEST) : usual;
        if (headDim % 2 != 0) {
            throw config.unexpected(
                    config.isSet("head_dim") ? "head_dim" : "num_attention_heads",
                    "heads of an even number of channels, which are turned in pairs, and not of " + headDim);
        }
        return headDim;
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
