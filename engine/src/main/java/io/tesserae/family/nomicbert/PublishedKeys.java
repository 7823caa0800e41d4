package io.tesserae.family.nomicbert;

import io.tesserae.family.ConfigSource;
import io.tesserae.tensor.Activation;
import java.util.List;

/**
 * The keys that published checkpoints have for the code that comes with them. transformers' own class reads none of them, but takes its
 * defaults, which are the numbers of nomic-embed-text v1 and v1.5. So a key may be there if it says what is computed anyway; one that
 * says something else is refused.
 */
record PublishedKeys(ConfigSource config) {

    private static final List<String> FALSE = List.of(
            "qkv_proj_bias",
            "mlp_fc1_bias",
            "mlp_fc2_bias",
            "prenorm",
            "parallel_block",
            "use_rms_norm",
            "causal",
            "rotary_emb_interleaved",
            "scale_attn_by_inverse_layer_idx");

    private static final List<String> ABSENT = List.of("rotary_emb_scale_base");

    private static final double MOST = 1e12;

    /** Refuses a key that describes another model than the one that is read. */
    void requireSame(NomicBertConfig read) {
        requireSame("n_embd", read.hiddenSize(), "hidden_size");
        requireSame("n_head", read.numAttentionHeads(), "num_attention_heads");
        requireSame("n_layer", read.numHiddenLayers(), "num_hidden_layers");
        requireSame("n_inner", read.intermediateSize(), "intermediate_size");
        if (differs("layer_norm_epsilon", read.layerNormEps())) {
            throw unexpected("layer_norm_epsilon", read.layerNormEps() + ", as layer_norm_eps is");
        }
        boolean saysTheta =
                config.isSet("rope_parameters") || config.isSet("rope_scaling") || config.isSet("rope_theta");
        if (!saysTheta && differs("rotary_emb_base", NomicBertConfig.USUAL_THETA)) {
            throw unexpected("rotary_emb_base", "1000; another number is to stand in rope_theta");
        }
        requireSame("rotary_emb_fraction", 1, "the part of a head's channels that is turned");
        requireSame("num_experts", 0, "the number of experts of a layer");
        for (String key : FALSE) {
            if (config.isSet(key) && config.requireBoolean(key)) {
                throw unexpected(key, "false");
            }
        }
        if (!config.optionalBoolean("scale_attn_weights", true)) {
            throw unexpected("scale_attn_weights", "true");
        }
        for (String key : ABSENT) {
            if (config.isSet(key)) {
                throw unexpected(key, "null");
            }
        }
        if (config.isSet("activation_function")) {
            requireSameGate(config.requireString("activation_function"), read.hiddenAct());
        }
    }

    private void requireSame(String key, int value, String ownKey) {
        if (differs(key, value)) {
            throw unexpected(key, value + ", as " + ownKey + " is");
        }
    }

    private boolean differs(String key, double value) {
        return config.isSet(key) && (float) config.optionalDouble(key, value, -MOST, MOST) != (float) value;
    }

    private void requireSameGate(String gate, Activation activation) {
        boolean same = switch (gate) {
            case "swiglu" -> activation == Activation.SILU;
            case "geglu" -> activation == Activation.GELU;
            default -> false;
        };
        if (!same) {
            throw unexpected("activation_function", "swiglu for a hidden_act of silu, or geglu for one of gelu");
        }
    }

    private RuntimeException unexpected(String key, String expected) {
        return config.unexpected(key, expected + ": as in transformers, this key of other code changes nothing");
    }
}
