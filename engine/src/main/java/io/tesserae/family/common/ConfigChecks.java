package io.tesserae.family.common;

import io.tesserae.family.ConfigSource;
import io.tesserae.tensor.Activation;
import java.util.List;

/** What every family asks of a configuration: ranges that make sense, and nothing that would change the mathematics unseen. */
public final class ConfigChecks {

    /** No model has more; a config that claims more is broken, and would ask for memory without end. */
    public static final int MOST_LAYERS = 1_000;

    /** Of a layer, in numbers. */
    public static final int WIDEST = 1 << 20;

    /** In tokens. */
    public static final int LARGEST_VOCABULARY = 1 << 24;

    /** In tokens. */
    public static final int MOST_POSITIONS = 1 << 20;

    /** First text, second text; no model has many. */
    public static final int MOST_TOKEN_TYPES = 1 << 10;

    /** Keys that stand for another computation when they are true. */
    private static final List<String> UNSUPPORTED_SWITCHES = List.of("is_decoder", "add_cross_attention", "is_causal");

    /** Keys that change what other keys mean, or what they are in single layers, unless they hold nothing. */
    private static final List<String> UNSUPPORTED_REWRITES =
            List.of("pruned_heads", "per_layer_config", "attribute_map");

    private ConfigChecks() {}

    /** Refuses what no encoder here computes: decoders, quantized weights, pruned heads. */
    public static void requireKnownMathematics(ConfigSource config) {
        for (String key : UNSUPPORTED_SWITCHES) {
            if (config.isSet(key) && config.requireBoolean(key)) {
                throw config.unexpected(key, "false, the only value that this engine computes");
            }
        }
        requireKnownStorage(config);
    }

    /** Refuses what no decoder here computes: attention that sees later tokens, quantized weights, pruned heads. */
    public static void requireKnownMathematicsOfDecoder(ConfigSource config) {
        if (!config.optionalBoolean("is_causal", true)) {
            throw config.unexpected("is_causal", "true, the only value that this engine computes for this family");
        }
        requireKnownStorage(config);
    }

    /** Refuses what no model here computes, a decoder neither: quantized weights, pruned heads. */
    public static void requireKnownStorage(ConfigSource config) {
        if (config.isSet("quantization_config")) {
            throw config.unexpected("quantization_config", "no such key: quantized weights are not supported");
        }
        for (String key : UNSUPPORTED_REWRITES) {
            if (config.isSet(key) && !config.isEmptyObject(key)) {
                throw config.unexpected(key, "an object without members, or no such key: others are not supported");
            }
        }
    }

    /** Refuses positions that are not those of a table: {@code position_embedding_type}. */
    public static void requireAbsolutePositions(ConfigSource config) {
        String positions =
                config.isSet("position_embedding_type") ? config.requireString("position_embedding_type") : "absolute";
        if (!positions.equals("absolute")) {
            throw config.unexpected("position_embedding_type", "absolute: relative positions are not supported");
        }
    }

    /** A number of layers; none is a number too. */
    public static int layers(ConfigSource config, String key, int absent) {
        return config.optionalInt(key, absent, 0, MOST_LAYERS);
    }

    /** The width of a layer. */
    public static int width(ConfigSource config, String key, int absent) {
        return config.optionalInt(key, absent, 1, WIDEST);
    }

    /** A number of heads, which divides a width. */
    public static int heads(ConfigSource config, String key, int absent, int width) {
        int heads = width(config, key, absent);
        if (width % heads != 0) {
            throw config.unexpected(key, "a divisor of the width " + width);
        }
        return heads;
    }

    /** The epsilon of layer norms. */
    public static float epsilon(ConfigSource config, String key, double absent) {
        return (float) config.optionalDouble(key, absent, 0, 1);
    }

    /** An activation by its name. */
    public static Activation activation(ConfigSource config, String key, String absent) {
        try {
            return Activation.named(config.optionalString(key, absent));
        } catch (IllegalArgumentException e) {
            throw config.refused(key, e);
        }
    }
}
