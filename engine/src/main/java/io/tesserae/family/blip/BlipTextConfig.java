package io.tesserae.family.blip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.GenerationTokens;
import io.tesserae.tensor.Activation;
import java.util.List;
import java.util.OptionalInt;

/**
 * The numbers that make one text side of BLIP different from another, by the names of {@code text_config}; transformers' {@code
 * BlipTextConfig}. A question's encoder and the decoder that answers are described by the same numbers. Settings of generation that old
 * files have here mean nothing, as in transformers.
 *
 * @param vocabSize tokens that have an embedding, the ones that begin a text among them
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param maxPositionEmbeddings longest text in tokens
 * @param hiddenAct activation of the feed-forward blocks and of the head
 * @param layerNormEps epsilon of every layer norm
 * @param bosTokenId what every text begins with that is written
 * @param sepTokenId what ends it
 * @param padTokenId what fills up shorter texts
 * @param tieWordEmbeddings whether the head's weight is that of the word embeddings, where a file has no other
 */
public record BlipTextConfig(
        int vocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        int maxPositionEmbeddings,
        Activation hiddenAct,
        float layerNormEps,
        int bosTokenId,
        int sepTokenId,
        int padTokenId,
        boolean tieWordEmbeddings)
        implements EncoderConfig {

    /** What holds for a model without a {@code text_config}, and for keys that one lacks. No published model has 8 heads. */
    static final BlipTextConfig USUAL =
            new BlipTextConfig(30_524, 768, 12, 8, 3072, 512, Activation.named("gelu"), 1e-12f, 30_522, 102, 0, true);

    /** Checks what no checkpoint can break. */
    public BlipTextConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1
                || maxPositionEmbeddings < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize + ", hidden_size "
                    + hiddenSize + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads "
                    + numAttentionHeads + ", intermediate_size " + intermediateSize + ", max_position_embeddings "
                    + maxPositionEmbeddings);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /** Reads the keys of a {@code text_config}. */
    public static BlipTextConfig read(ConfigSource config) {
        ConfigChecks.requireKnownStorage(config);
        ConfigChecks.requireAbsolutePositions(config);
        if (!config.optionalBoolean("is_decoder", true)) {
            throw config.unexpected("is_decoder", "true: without it the text side does not look at the picture");
        }
        int vocabSize = config.optionalInt("vocab_size", USUAL.vocabSize, 1, ConfigChecks.LARGEST_VOCABULARY);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", USUAL.hiddenSize);
        return new BlipTextConfig(
                vocabSize,
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", USUAL.numHiddenLayers),
                ConfigChecks.heads(config, "num_attention_heads", USUAL.numAttentionHeads, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", USUAL.intermediateSize),
                config.optionalInt(
                        "max_position_embeddings", USUAL.maxPositionEmbeddings, 1, ConfigChecks.MOST_POSITIONS),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", USUAL.layerNormEps),
                config.optionalInt("bos_token_id", USUAL.bosTokenId, 0, vocabSize - 1),
                config.optionalInt("sep_token_id", USUAL.sepTokenId, 0, vocabSize - 1),
                config.optionalInt("pad_token_id", USUAL.padTokenId, 0, vocabSize - 1),
                config.optionalBoolean("tie_word_embeddings", USUAL.tieWordEmbeddings));
    }

    /** The heads of self-attention, and of the attention to the picture. */
    AttentionShape attention() {
        return AttentionShape.of(numAttentionHeads, hiddenSize / numAttentionHeads);
    }

    /** A text ends with {@code [SEP]}, not with {@code eos_token_id}, which nothing reads. */
    GenerationTokens tokens() {
        return new GenerationTokens(OptionalInt.of(bosTokenId), List.of(sepTokenId), OptionalInt.of(padTokenId));
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
