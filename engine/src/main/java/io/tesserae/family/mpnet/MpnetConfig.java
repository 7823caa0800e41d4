package io.tesserae.family.mpnet;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one MPNet different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings rows of the table of positions; the first two are not those of tokens
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 * @param relativeAttentionNumBuckets rows of the table of distances, of which {@link RelativePositions#BUCKETS} are used
 */
public record MpnetConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        int relativeAttentionNumBuckets)
        implements EncoderConfig {

    /** The rows of the table of positions before the first token's: fairseq's, for padding and what comes before it. */
    static final int POSITIONS_BEFORE_TEXT = 2;

    /** No model has more. */
    private static final int MOST_BUCKETS = 1 << 16;

    /** Checks what no checkpoint can break. */
    public MpnetConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || maxPositionEmbeddings <= POSITIONS_BEFORE_TEXT
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1
                || relativeAttentionNumBuckets < RelativePositions.BUCKETS) {
            throw new IllegalArgumentException("sizes are too small: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", hidden_size " + hiddenSize
                    + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads " + numAttentionHeads
                    + ", intermediate_size " + intermediateSize + ", relative_attention_num_buckets "
                    + relativeAttentionNumBuckets);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /** Reads MPNet's keys, with the defaults of transformers' {@code MPNetConfig}. */
    public static MpnetConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        return new MpnetConfig(
                config.optionalInt("vocab_size", 30527, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt(
                        "max_position_embeddings", 512, POSITIONS_BEFORE_TEXT + 1, ConfigChecks.MOST_POSITIONS),
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                ConfigChecks.heads(config, "num_attention_heads", 12, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", 3072),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-12),
                config.optionalInt(
                        "relative_attention_num_buckets",
                        RelativePositions.BUCKETS,
                        RelativePositions.BUCKETS,
                        MOST_BUCKETS));
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
