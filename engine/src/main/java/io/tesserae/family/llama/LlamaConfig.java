package io.tesserae.family.llama;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.RopeParameters;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.layer.RotaryEmbedding;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one LLaMA different from another, by the names of {@code config.json}; transformers' {@code LlamaConfig}.
 *
 * @param vocabSize tokens that have an embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated feed-forward blocks
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block
 * @param numKeyValueHeads heads of the keys and values, which several heads share; divides {@code numAttentionHeads}
 * @param headDim channels of a head
 * @param hiddenAct activation of the gates
 * @param maxPositionEmbeddings the longest sequence, in tokens
 * @param rmsNormEps added to the mean of squares in every norm
 * @param attentionBias whether the four projections of attention have biases
 * @param mlpBias whether the layers of the feed-forward blocks have
 * @param rope turns queries and keys by their positions
 */
public record LlamaConfig(
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int numKeyValueHeads,
        int headDim,
        Activation hiddenAct,
        int maxPositionEmbeddings,
        float rmsNormEps,
        boolean attentionBias,
        boolean mlpBias,
        RotaryEmbedding rope)
        implements EncoderConfig {

    /** Checks what no checkpoint can break. */
    public LlamaConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(rope, "rope");
        if (vocabSize < 1 || hiddenSize < 1 || intermediateSize < 1 || numHiddenLayers < 0 || headDim < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize + ", hidden_size "
                    + hiddenSize + ", intermediate_size " + intermediateSize + ", num_hidden_layers "
                    + numHiddenLayers + ", head_dim " + headDim);
        }
        if (numKeyValueHeads < 1 || numAttentionHeads < 1 || numAttentionHeads % numKeyValueHeads != 0) {
            throw new IllegalArgumentException("num_key_value_heads " + numKeyValueHeads
                    + " does not divide num_attention_heads " + numAttentionHeads);
        }
    }

    /** Reads LLaMA's keys, with the defaults of transformers' {@code LlamaConfig}. */
    public static LlamaConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematicsOfDecoder(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 4096);
        int heads = ConfigChecks.heads(config, "num_attention_heads", 32, hiddenSize);
        int keyHeads = config.isSet("num_key_value_heads")
                ? config.requireInt("num_key_value_heads", 1, ConfigChecks.WIDEST)
                : heads;
        if (heads % keyHeads != 0) {
            throw config.unexpected("num_key_value_heads", "a divisor of num_attention_heads, " + heads);
        }
        int headDim = headDim(config, hiddenSize / heads);
        return new LlamaConfig(
                config.optionalInt("vocab_size", 32000, 1, ConfigChecks.LARGEST_VOCABULARY),
                hiddenSize,
                ConfigChecks.width(config, "intermediate_size", 11008),
                ConfigChecks.layers(config, "num_hidden_layers", 32),
                heads,
                keyHeads,
                headDim,
                ConfigChecks.activation(config, "hidden_act", "silu"),
                config.optionalInt("max_position_embeddings", 2048, 1, ConfigChecks.MOST_POSITIONS),
                ConfigChecks.epsilon(config, "rms_norm_eps", 1e-6),
                config.optionalBoolean("attention_bias", false),
                config.optionalBoolean("mlp_bias", false),
                RopeParameters.read(config, headDim));
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

    /** Whether the head's weight is that of the word embeddings, where a file has no other. */
    public static boolean tied(ConfigSource config) {
        return config.optionalBoolean("tie_word_embeddings", false);
    }

    /** The heads of a layer. */
    public AttentionShape attention() {
        return new AttentionShape(
                numAttentionHeads, numKeyValueHeads, headDim, headDim, (float) (1 / Math.sqrt(headDim)));
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
