package io.tesserae.loaders.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.generation.EarlyStopping;
import io.tesserae.generation.ExponentialDecay;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint's generation_config.json; where there is none, the generation keys at the top of config.json, as in old checkpoints.
 *
 * <p>Keys that would have the reference do what is not done here are refused, unless their value asks for nothing. Other keys that nobody
 * knows are ignored, with a warning: there are files with keys of the model's own.
 */
public final class GenerationConfigJson {

    private static final String FILE = "generation_config.json";
    private static final String MODEL_FILE = "config.json";
    private static final long BYTE_LIMIT = 16 << 20;

    /** What says how to compute and not what, or matters only with a second model. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "_commit_hash",
            "_from_model_config",
            "assistant_confidence_threshold",
            "assistant_lookbehind",
            "cache_config",
            "cache_implementation",
            "compile_config",
            "continuous_batching_config",
            "disable_compile",
            "is_assistant",
            "max_cache_len",
            "max_matching_ngram_size",
            "num_assistant_tokens",
            "num_assistant_tokens_schedule",
            "output_attentions",
            "output_hidden_states",
            "prefill_chunk_size",
            "return_dict_in_generate",
            "speculation_type",
            "target_lookbehind",
            "transformers_version",
            "use_cache");

    /** What is not done here, with the values that do not ask for it. */
    private static final Map<String, List<String>> UNSUPPORTED = Map.ofEntries(
            Map.entry("assistant_early_exit", List.of()),
            Map.entry("assistant_ensemble_weight", List.of()),
            Map.entry("constraints", List.of()),
            Map.entry("diversity_penalty", List.of("0.0", "0")),
            Map.entry("dola_layers", List.of()),
            Map.entry("force_bos_token_to_be_generated", List.of("false")),
            Map.entry("force_words_ids", List.of()),
            Map.entry("guidance_scale", List.of("1", "1.0")),
            Map.entry("low_memory", List.of("false")),
            Map.entry("num_beam_groups", List.of("1")),
            Map.entry("penalty_alpha", List.of("0", "0.0")),
            Map.entry("prompt_lookup_num_tokens", List.of()),
            Map.entry("token_healing", List.of("false")),
            Map.entry("use_mtp", List.of("false")),
            Map.entry("watermarking_config", List.of()));

    private final JsonObjectReader json;

    private GenerationConfigJson(JsonObjectReader json) {
        this.json = json;
    }

    /**
     * What the files of a checkpoint say about generation; nothing is set where they say nothing. Ids that a family has by default, and its files
     * need not name, are not in it.
     *
     * @throws ModelLoadingException if a file is damaged, a value is of another type than it should be or out of range, or asks for what is not
     *     done here
     */
    public static GenerationConfig read(ModelFiles files) {
        String name = files.exists(FILE) ? FILE : MODEL_FILE;
        try {
            JsonObjectReader json = JsonObjectReader.ofFileIfPresent(files, name, BYTE_LIMIT);
            return name.equals(FILE) ? parse(json) : ofModelConfig(json);
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe(name) + ": reading it failed: " + e, e);
        }
    }

    /**
     * Reads an object of generation keys.
     *
     * @throws ModelLoadingException as {@link #read}
     */
    public static GenerationConfig parse(JsonObjectReader json) {
        List<String> unknown = unknownKeys(json);
        GenerationConfig config = new GenerationConfigJson(json).config();
        if (!unknown.isEmpty()) {
            System.getLogger("io.tesserae")
                    .log(Level.WARNING, json.where() + ": unknown keys, which are ignored: " + excerpt(unknown));
        }
        return config;
    }

    /** Keys that mean nothing, here or to the reference, in alphabetical order. */
    public static List<String> unknownKeys(JsonObjectReader json) {
        return json.keys().stream()
                .filter(key -> GenerationOption.named(key).isEmpty()
                        && !WITHOUT_EFFECT.contains(key)
                        && !UNSUPPORTED.containsKey(key))
                .sorted()
                .toList();
    }

    private static String excerpt(List<String> keys) {
        String text = String.join(", ", keys);
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    /** The special tokens may stand with the model that generates, where that is a part; no other generation key is read from there. */
    private static GenerationConfig ofModelConfig(JsonObjectReader json) {
        GenerationConfig config = new GenerationConfigJson(json).config();
        for (String part : List.of("decoder", "generator", "text_config")) {
            Optional<JsonObjectReader> child =
                    json.child(part).filter(object -> !object.keys().isEmpty());
            if (child.isPresent()) {
                GenerationConfigJson ofPart = new GenerationConfigJson(child.get());
                GenerationConfig tokens = GenerationConfig.DEFAULTS;
                for (GenerationOption<?> option : List.of(
                        GenerationOption.BOS_TOKEN_ID,
                        GenerationOption.EOS_TOKEN_ID,
                        GenerationOption.PAD_TOKEN_ID,
                        GenerationOption.DECODER_START_TOKEN_ID)) {
                    tokens = ofPart.put(option, tokens);
                }
                return config.over(tokens);
            }
        }
        return config;
    }

    private GenerationConfig config() {
        UNSUPPORTED.forEach((key, neutral) -> json.value(key).ifPresent(value -> {
            boolean isNeutral = value instanceof JsonPrimitive one && neutral.contains(one.getAsString());
            if (!isNeutral) {
                throw json.wrong(
                        key,
                        neutral.isEmpty()
                                ? "null: it is not supported"
                                : neutral.getFirst() + ": else it is not supported",
                        value);
            }
        }));
        GenerationConfig config = GenerationConfig.DEFAULTS;
        for (GenerationOption<?> option : GenerationOption.all()) {
            config = put(option, config);
        }
        return config;
    }

    private GenerationConfig put(GenerationOption<?> option, GenerationConfig config) {
        String key = option.optionName();
        Optional<JsonElement> value = json.value(key);
        if (value.isEmpty()) {
            return config;
        }
        try {
            return config.withChecked(option, asKind(option.kind(), key, value.get()));
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(json.where() + ": " + json.path() + key + ": " + e.getMessage(), e);
        }
    }

    private Object asKind(GenerationOption.Kind kind, String key, JsonElement value) {
        return switch (kind) {
            case INTEGER -> asInteger(key, value);
            case NUMBER -> asNumber(key, value);
            case TRUTH -> json.bool(key).orElseThrow();
            case IDS -> value instanceof JsonArray ? asIds(key, value) : List.of(asInteger(key, value));
            case ID_LISTS ->
                asList(key, value).stream().map(ids -> asIds(key, ids)).toList();
            case STRINGS ->
                value instanceof JsonArray strings
                        ? strings.asList().stream()
                                .map(string -> json.asString(key, string))
                                .toList()
                        : List.of(json.asString(key, value));
            case BIASES -> asBiases(key, value);
            case DECAY -> {
                List<JsonElement> pair = asPair(key, value);
                yield new ExponentialDecay(asInteger(key, pair.get(0)), asNumber(key, pair.get(1)));
            }
            case EARLY_STOPPING -> asEarlyStopping(key, value);
        };
    }

    private EarlyStopping asEarlyStopping(String key, JsonElement value) {
        if (value instanceof JsonPrimitive primitive) {
            if (primitive.isBoolean()) {
                return primitive.getAsBoolean() ? EarlyStopping.YES : EarlyStopping.NO;
            }
            if (primitive.isString() && primitive.getAsString().equals("never")) {
                return EarlyStopping.NEVER;
            }
        }
        throw json.wrong(key, "true, false or \"never\"", value);
    }

    private Map<List<Integer>, Double> asBiases(String key, JsonElement value) {
        Map<List<Integer>, Double> biases = new LinkedHashMap<>();
        for (JsonElement element : asList(key, value)) {
            List<JsonElement> pair = asPair(key, element);
            biases.put(asIds(key, pair.get(0)), asNumber(key, pair.get(1)));
        }
        return biases;
    }

    private List<JsonElement> asPair(String key, JsonElement value) {
        List<JsonElement> pair = asList(key, value);
        if (pair.size() != 2) {
            throw json.wrong(key, "arrays of two", value);
        }
        return pair;
    }

    private List<Integer> asIds(String key, JsonElement value) {
        List<Integer> ids = new ArrayList<>();
        for (JsonElement id : asList(key, value)) {
            ids.add(asInteger(key, id));
        }
        return ids;
    }

    private List<JsonElement> asList(String key, JsonElement value) {
        if (value instanceof JsonArray array) {
            return array.asList();
        }
        throw json.wrong(key, "an array", value);
    }

    private int asInteger(String key, JsonElement value) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            String digits = number.getAsString();
            if (digits.length() <= 11 && digits.matches("-?[0-9]+")) {
                long found = Long.parseLong(digits);
                if (found == (int) found) {
                    return (int) found;
                }
            }
        }
        throw json.wrong(key, "an integer", value);
    }

    private double asNumber(String key, JsonElement value) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double found = number.getAsDouble();
            if (Double.isFinite(found)) {
                return found;
            }
        }
        throw json.wrong(key, "a number", value);
    }
}
