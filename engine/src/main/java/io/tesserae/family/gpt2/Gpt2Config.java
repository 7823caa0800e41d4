package io.tesserae.family.gpt2;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;
import java.util.Map;

/**
 * The numbers that make one GPT-2 different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param nPositions positions that have one
 * @param nEmbd width of the residual stream
 * @param nLayer transformer blocks
 * @param nHead attention heads of a block; divides {@code nEmbd}
 * @param nInner width between the two layers of a feed-forward block
 * @param activationFunction of the feed-forward blocks
 * @param layerNormEpsilon added to the variance in every layer norm
 * @param scaleAttnWeights whether scores are divided by the root of a head's size
 * @param scaleAttnByInverseLayerIdx whether they are divided by the layer's number too, counted from 1
 * @param addCrossAttention whether every block looks at a memory, as a part of a larger model
 */
public record Gpt2Config(
        int vocabSize,
        int nPositions,
        int nEmbd,
        int nLayer,
        int nHead,
        int nInner,
        Activation activationFunction,
        float layerNormEpsilon,
        boolean scaleAttnWeights,
        boolean scaleAttnByInverseLayerIdx,
        boolean addCrossAttention)
        implements EncoderConfig {

    /** The {@code attribute_map} of transformers' {@code GPT2Config}. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "hidden_size", "n_embd",
            "max_position_embeddings", "n_positions",
            "num_attention_heads", "n_head",
            "num_hidden_layers", "n_layer");

    /** Checks what no checkpoint can break. */
    public Gpt2Config {
        Arguments.require(activationFunction, "activationFunction");
        if (vocabSize < 1 || nPositions < 1 || nEmbd < 1 || nLayer < 0 || nHead < 1 || nInner < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize + ", n_positions "
                    + nPositions + ", n_embd " + nEmbd + ", n_layer " + nLayer + ", n_head " + nHead + ", n_inner "
                    + nInner);
        }
        if (nEmbd % nHead != 0) {
            throw new IllegalArgumentException("n_head " + nHead + " does not divide n_embd " + nEmbd);
        }
    }

    /** Reads GPT-2's keys, with the defaults of transformers' {@code GPT2Config}; of a model by itself. */
    static Gpt2Config read(ConfigSource file) {
        Gpt2Config config = readAny(file);
        if (config.addCrossAttention()) {
            throw file.unexpected("add_cross_attention", "false: there is no encoder whose output it could attend to");
        }
        return config;
    }

    /** Reads the same keys of a GPT-2 inside another model, whose output it looks at. */
    public static Gpt2Config readPart(ConfigSource part) {
        Gpt2Config config = readAny(part);
        if (!config.addCrossAttention()) {
            throw part.unexpected("add_cross_attention", "true: without it the decoder looks at nothing");
        }
        return config;
    }

    private static Gpt2Config readAny(ConfigSource file) {
        ConfigSource config = file.withOtherNames(OTHER_NAMES);
        ConfigChecks.requireKnownMathematicsOfDecoder(config);
        config.optionalBoolean("reorder_and_upcast_attn", false); // the same mathematics in another order
        int nEmbd = ConfigChecks.width(config, "n_embd", 768);
        return new Gpt2Config(
                config.optionalInt("vocab_size", 50257, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("n_positions", 1024, 1, ConfigChecks.MOST_POSITIONS),
                nEmbd,
                ConfigChecks.layers(config, "n_layer", 12),
                ConfigChecks.heads(config, "n_head", 12, nEmbd),
                config.isSet("n_inner") ? ConfigChecks.width(config, "n_inner", 0) : 4 * nEmbd,
                ConfigChecks.activation(config, "activation_function", "gelu_new"),
                ConfigChecks.epsilon(config, "layer_norm_epsilon", 1e-5),
                config.optionalBoolean("scale_attn_weights", true),
                config.optionalBoolean("scale_attn_by_inverse_layer_idx", false),
                config.isSet("add_cross_attention") && config.requireBoolean("add_cross_attention"));
    }

    /** Whether the head's weight is that of the word embeddings, where a file has no other. */
    public static boolean tied(ConfigSource config) {
        return config.optionalBoolean("tie_word_embeddings", true);
    }

    /** The heads of one layer, counted from 0, and what its scores are multiplied by. */
    AttentionShape attention(int layer) {
        int headSize = nEmbd / nHead;
        double scale = scaleAttnWeights ? 1 / Math.sqrt(headSize) : 1;
        double ofLayer = scaleAttnByInverseLayerIdx ? scale / (layer + 1) : scale;
        return new AttentionShape(nHead, nHead, headSize, headSize, (float) ofLayer);
    }

    @Override
    public int maxPositionEmbeddings() {
        return nPositions;
    }

    @Override
    public int hiddenSize() {
        return nEmbd;
    }

    @Override
    public int layers() {
        return nLayer;
    }

    @Override
    public int attentionHeads() {
        return nHead;
    }
}
