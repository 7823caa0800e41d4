package io.tesserae.family.modernbert;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The numbers that make one ModernBERT different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings the longest sequence, in tokens
 * @param hiddenSize width of the residual stream
 * @param numAttentionHeads attention heads of a block, each of an even number of channels; divides {@code hiddenSize}
 * @param intermediateSize width of the gated feed-forward blocks
 * @param hiddenActivation activation of the gates
 * @param normEps added to the variance in every layer norm
 * @param normBias whether the layer norms have biases
 * @param attentionBias whether the projections of attention have
 * @param mlpBias whether the layers of the feed-forward blocks have
 * @param reach how many tokens on either side a token sees in a local layer
 * @param layerKinds of each transformer block
 * @param globalTheta of the rotary embedding in global layers; positive
 * @param localTheta of that in local ones; positive
 */
record ModernBertConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int hiddenSize,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenActivation,
        float normEps,
        boolean normBias,
        boolean attentionBias,
        boolean mlpBias,
        int reach,
        List<Kind> layerKinds,
        double globalTheta,
        double localTheta)
        implements EncoderConfig {

    private static final double LARGEST_THETA = 1e12;

    /** What a token sees in a layer, by the layer's name in {@code layer_types}. */
    enum Kind {
        /** All tokens of its sequence. */
        FULL_ATTENTION("full_attention"),
        /** Those near by. */
        SLIDING_ATTENTION("sliding_attention");

        private final String key;

        Kind(String key) {
            this.key = key;
        }
    }

    /** Checks what no checkpoint can break, and copies the list. */
    ModernBertConfig {
        Arguments.require(hiddenActivation, "hiddenActivation");
        layerKinds = List.copyOf(Arguments.require(layerKinds, "layerKinds"));
        if (vocabSize < 1
                || maxPositionEmbeddings < 1
                || hiddenSize < 1
                || numAttentionHeads < 1
                || intermediateSize < 1
                || reach < 0) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", hidden_size " + hiddenSize
                    + ", num_attention_heads " + numAttentionHeads + ", intermediate_size " + intermediateSize
                    + ", reach " + reach);
        }
        if (hiddenSize % (2 * numAttentionHeads) != 0) {
            throw new IllegalArgumentException("num_attention_heads " + numAttentionHeads
                    + " does not divide hidden_size " + hiddenSize + " into heads of an even number of channels");
        }
    }

    /** Reads ModernBERT's keys, with the defaults of transformers' {@code ModernBertConfig}. */
    static ModernBertConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        int heads = ConfigChecks.heads(config, "num_attention_heads", 12, hiddenSize);
        if (hiddenSize / heads % 2 != 0) {
            throw config.unexpected(
                    "num_attention_heads",
                    "heads of an even number of channels, which are turned in pairs, and not of " + hiddenSize / heads);
        }
        return new ModernBertConfig(
                config.optionalInt("vocab_size", 50368, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 8192, 1, ConfigChecks.MOST_POSITIONS),
                hiddenSize,
                heads,
                ConfigChecks.width(config, "intermediate_size", 1152),
                ConfigChecks.activation(config, "hidden_activation", "gelu"),
                ConfigChecks.epsilon(config, "norm_eps", 1e-5),
                config.optionalBoolean("norm_bias", false),
                config.optionalBoolean("attention_bias", false),
                config.optionalBoolean("mlp_bias", false),
                reach(config),
                layerKinds(config),
                theta(config, Kind.FULL_ATTENTION, "global_rope_theta", 160_000),
                theta(config, Kind.SLIDING_ATTENTION, "local_rope_theta", 10_000));
    }

    /** Half of a window, which transformers also calls {@code sliding_window}; that name wins. */
    private static int reach(ConfigSource config) {
        return config.isSet("sliding_window")
                ? config.requireInt("sliding_window", 0, ConfigChecks.MOST_POSITIONS)
                : config.optionalInt("local_attention", 128, 0, ConfigChecks.MOST_POSITIONS) / 2;
    }

    /** By name, or, in older files, every so many layers a global one. */
    private static List<Kind> layerKinds(ConfigSource config) {
        int layers = ConfigChecks.layers(config, "num_hidden_layers", 22);
        if (!config.isSet("layer_types")) {
            int every = config.optionalInt("global_attn_every_n_layers", 3, 1, ConfigChecks.MOST_LAYERS);
            return IntStream.range(0, layers)
                    .mapToObj(layer -> layer % every == 0 ? Kind.FULL_ATTENTION : Kind.SLIDING_ATTENTION)
                    .toList();
        }
        List<Kind> kinds = config.optionalNames("layer_types", List.of(), ConfigChecks.MOST_LAYERS).stream()
                .map(name -> kind(config, name))
                .toList();
        if (kinds.size() != layers) {
            throw config.unexpected("layer_types", "a name for each of the " + layers + " layers");
        }
        return kinds;
    }

    private static Kind kind(ConfigSource config, String name) {
        for (Kind kind : Kind.values()) {
            if (kind.key.equals(name)) {
                return kind;
            }
        }
        throw config.unexpected("layer_types", "full_attention and sliding_attention: others are not supported");
    }

    /** What stands in {@code rope_parameters} wins over the key of older files. */
    private static double theta(ConfigSource config, Kind kind, String olderKey, double usual) {
        if (config.isSet("rope_scaling") && !config.isEmptyObject("rope_scaling")) {
            throw config.unexpected("rope_scaling", "no such key: positions are not scaled in this family");
        }
        double older = config.optionalDouble(olderKey, usual, Double.MIN_VALUE, LARGEST_THETA);
        return config.child("rope_parameters")
                .flatMap(kinds -> ofKind(kinds, kind))
                .map(parameters -> theta(parameters, older))
                .orElse(older);
    }

    /** Other families have one embedding for all layers, which would say nothing here. */
    private static Optional<? extends ConfigSource> ofKind(ConfigSource kinds, Kind kind) {
        for (String key : List.of("rope_theta", "rope_type", "type", "factor")) {
            if (kinds.isSet(key)) {
                throw kinds.unexpected(key, "no such key: it stands in full_attention and in sliding_attention");
            }
        }
        return kinds.child(kind.key);
    }

    private static double theta(ConfigSource parameters, double absent) {
        String key = parameters.isSet("type") && !parameters.isSet("rope_type") ? "type" : "rope_type";
        if (!parameters
                .optionalString("rope_type", parameters.optionalString("type", "default"))
                .equals("default")) {
            throw parameters.unexpected(key, "default: positions are not scaled in this family");
        }
        return parameters.optionalDouble("rope_theta", absent, Double.MIN_VALUE, LARGEST_THETA);
    }

    /** Channels of a head. */
    int headSize() {
        return hiddenSize / numAttentionHeads;
    }

    @Override
    public int layers() {
        return layerKinds.size();
    }

    @Override
    public int attentionHeads() {
        return numAttentionHeads;
    }
}
