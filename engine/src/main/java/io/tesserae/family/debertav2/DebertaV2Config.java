package io.tesserae.family.debertav2;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The numbers that make one DeBERTa-v2 different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings the longest text, in tokens
 * @param typeVocabSize token types that have an embedding; usually 0, none
 * @param positionBiasedInput whether positions have an embedding
 * @param embeddingSize width of the embeddings
 * @param hiddenSize width of the residual stream, to which the embeddings are projected where they are not as wide
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 * @param parts what scores are the sum of, beside what tokens make of each other
 * @param distances of tokens, which attention sees; empty where it sees none
 * @param convolution behind the first block, if there is one
 */
record DebertaV2Config(
        int vocabSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        boolean positionBiasedInput,
        int embeddingSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        Parts parts,
        Optional<Distances> distances,
        Optional<ConvolutionConfig> convolution)
        implements EncoderConfig {

    private static final String CONTENT_TO_POSITION = "c2p";
    private static final String POSITION_TO_CONTENT = "p2c";

    /** Names that a list may have; two of them mean something. */
    private static final int MOST_NAMES = 16;

    /** No text has a wider neighbourhood. */
    private static final int WIDEST_WINDOW = 1 << 10;

    /**
     * {@code pos_att_type}.
     *
     * @param contentToPosition whether queries meet distances: {@code c2p}
     * @param positionToContent whether keys do: {@code p2c}
     */
    record Parts(boolean contentToPosition, boolean positionToContent) {

        /** How many products a score is the sum of, that of the tokens included. */
        int count() {
            return 1 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0);
        }
    }

    /**
     * How attention sees distances.
     *
     * @param buckets each way; 0 where every distance is its own
     * @param most the longest distance that is told from longer ones; where there are buckets, the one that would fill the last
     * @param shared whether they pass the layers that make queries and keys of tokens: {@code share_att_key}
     * @param normalized whether their embeddings pass a norm: {@code norm_rel_ebd}
     */
    record Distances(int buckets, int most, boolean shared, boolean normalized) {

        /** Distances each way that have an embedding. */
        int span() {
            return buckets > 0 ? buckets : most;
        }
    }

    /**
     * A convolution over the text.
     *
     * @param size tokens of a window, an odd number
     * @param activation behind it
     */
    record ConvolutionConfig(int size, Activation activation) {}

    /** Checks what no checkpoint can break. */
    DebertaV2Config {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || maxPositionEmbeddings < 1
                || typeVocabSize < 0
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

    /** Reads DeBERTa-v2's keys, with the defaults of transformers' {@code DebertaV2Config}. */
    static DebertaV2Config read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 1536);
        int heads = ConfigChecks.heads(config, "num_attention_heads", 24, hiddenSize);
        int headSize = hiddenSize / heads;
        if (config.optionalInt("attention_head_size", headSize, 1, ConfigChecks.WIDEST) != headSize) {
            throw config.unexpected("attention_head_size", headSize + ", hidden_size by num_attention_heads");
        }
        int positions = config.optionalInt("max_position_embeddings", 512, 1, ConfigChecks.MOST_POSITIONS);
        return new DebertaV2Config(
                config.optionalInt("vocab_size", 128100, 1, ConfigChecks.LARGEST_VOCABULARY),
                positions,
                config.optionalInt("type_vocab_size", 0, 0, ConfigChecks.MOST_TOKEN_TYPES),
                config.optionalBoolean("position_biased_input", true),
                ConfigChecks.width(config, "embedding_size", hiddenSize),
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 24),
                heads,
                ConfigChecks.width(config, "intermediate_size", 6144),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-7),
                parts(config),
                distances(config, positions),
                convolution(config));
    }

    /** A list of names, or one string with marks between them, in which capitals do not count. */
    private static Parts parts(ConfigSource config) {
        String key = "pos_att_type";
        List<String> names = List.of();
        if (config.isString(key)) {
            names = names(config.requireString(key));
        } else if (config.isSet(key)) {
            names = config.optionalNames(key, List.of(), MOST_NAMES);
        }
        for (String name : names) {
            if (!name.equals(CONTENT_TO_POSITION) && !name.equals(POSITION_TO_CONTENT)) {
                throw config.unexpected(key, "c2p, p2c or both: others are not supported");
            }
        }
        return new Parts(names.contains(CONTENT_TO_POSITION), names.contains(POSITION_TO_CONTENT));
    }

    private static List<String> names(String marked) {
        return Arrays.stream(marked.toLowerCase(Locale.ROOT).split("\\|"))
                .map(String::strip)
                .toList();
    }

    private static Optional<Distances> distances(ConfigSource config, int positions) {
        boolean normalized =
                names(config.optionalString("norm_rel_ebd", "none")).contains("layer_norm");
        if (!config.optionalBoolean("relative_attention", false)) {
            if (normalized) {
                throw config.unexpected("norm_rel_ebd", "none, where relative_attention is false");
            }
            return Optional.empty();
        }
        int limit = ConfigChecks.MOST_POSITIONS;
        int most = config.optionalInt("max_relative_positions", -1, -limit, limit);
        most = most < 1 ? positions : most;
        int buckets = Math.max(0, config.optionalInt("position_buckets", -1, -limit, limit));
        if (buckets > 0 && (buckets < 2 || most - 1 <= buckets / 2)) {
            throw config.unexpected(
                    "position_buckets", "2 or more, of which half are fewer than the " + most + " positions less one");
        }
        return Optional.of(new Distances(buckets, most, config.optionalBoolean("share_att_key", false), normalized));
    }

    private static Optional<ConvolutionConfig> convolution(ConfigSource config) {
        int size = config.optionalInt("conv_kernel_size", 0, -WIDEST_WINDOW, WIDEST_WINDOW);
        if (size <= 0) {
            return Optional.empty();
        }
        if (size % 2 == 0) {
            throw config.unexpected("conv_kernel_size", "an odd number: others leave out a token");
        }
        if (config.optionalInt("conv_groups", 1, 1, ConfigChecks.WIDEST) != 1) {
            throw config.unexpected("conv_groups", "1: others are not supported");
        }
        return Optional.of(new ConvolutionConfig(size, ConfigChecks.activation(config, "conv_act", "tanh")));
    }

    /** Channels of a head. */
    int headSize() {
        return hiddenSize / numAttentionHeads;
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
