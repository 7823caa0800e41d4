package io.tesserae.loaders.quantization;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.json.JsonObjectReader;
import java.util.List;

/**
 * Reads {@code quantization_config} of config.json, as the library compressed-tensors writes it: weights of linear layers as whole
 * numbers of 8 bits, each row, or the whole matrix, with a factor. Whatever else it may say is refused by name: activations that are
 * rounded too, other numbers of bits, groups, numbers that share an integer.
 */
public final class QuantizationConfig {

    /** The key in config.json. */
    public static final String KEY = "quantization_config";

    private static final String METHOD = "compressed-tensors";

    private QuantizationConfig() {}

    /**
     * Whether weights are stored so.
     *
     * @return false where config.json says nothing of it, or names another library
     * @throws io.tesserae.loaders.files.ModelLoadingException if it is this library's, and says what is not read
     */
    public static boolean isRead(JsonObjectReader config) {
        if (!(Arguments.require(config, "config").object().get(KEY) instanceof JsonObject)) {
            return false; // absent, or what a family refuses
        }
        JsonObjectReader quantization = config.requireChild(KEY);
        if (!quantization.string("quant_method").orElse("").equals(METHOD)) {
            return false;
        }
        quantization.requireOneOf("format", "int-quantized", "naive-quantized");
        requireNone(quantization, "kv_cache_scheme");
        requireNone(quantization, "sparsity_config");
        JsonObjectReader groups = quantization.requireChild("config_groups");
        for (String name : groups.keys()) {
            requireRead(groups.requireChild(name));
        }
        return true;
    }

    private static void requireRead(JsonObjectReader group) {
        List<JsonElement> targets = group.array("targets");
        if (targets.size() != 1
                || !group.asString("targets", targets.getFirst()).equals("Linear")) {
            throw group.wrong("targets", "[\"Linear\"]", group.object().get("targets"));
        }
        for (String key : List.of("input_activations", "output_activations")) {
            group.value(key).ifPresent(value -> {
                throw group.wrong(key, "null: activations stay float32 here", value);
            });
        }
        JsonObjectReader weights = group.requireChild("weights");
        if (weights.requireCount("num_bits") != Byte.SIZE) {
            throw weights.wrong("num_bits", "8", weights.object().get("num_bits"));
        }
        weights.requireOneOf("type", "int");
        weights.requireOneOf("strategy", "channel", "tensor");
        if (!weights.bool("symmetric", true)) {
            throw weights.wrong("symmetric", "true", weights.object().get("symmetric"));
        }
    }

    /** An object without members says nothing. */
    private static void requireNone(JsonObjectReader config, String key) {
        config.value(key)
                .filter(value -> !(value instanceof JsonObject object && object.isEmpty()))
                .ifPresent(value -> {
                    throw config.wrong(key, "null", value);
                });
    }
}
