package io.tesserae.loaders.sentence;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.model.PoolingMode;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.tensor.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the files of sentence-transformers, version 6.0 and before: old spellings are understood as that version
 * understands them, and what would change an embedding and is not implemented is refused by name.
 */
final class SentenceTransformerFiles {

    private static final String CONFIG = "config_sentence_transformers.json";
    private static final long BYTE_LIMIT = 1 << 20;

    private static final int MOST_POOLING_MODES = 16;
    private static final int WIDEST = 1 << 20;

    /** Where the encoder's own settings are: the first of these that there is. */
    private static final List<String> TRANSFORMER_CONFIGS = List.of(
            "sentence_bert_config.json",
            "sentence_roberta_config.json",
            "sentence_distilbert_config.json",
            "sentence_camembert_config.json",
            "sentence_albert_config.json",
            "sentence_xlm-roberta_config.json",
            "sentence_xlnet_config.json");

    /** Settings of that file by which the tokenizer or the encoder would do something else. */
    private static final List<String> UNSUPPORTED_SETTINGS =
            List.of("query_length", "document_length", "query_expansion", "tokenizer_name_or_path");

    /** Arguments that are passed on to transformers when it loads the encoder, by their new names and their old. */
    private static final List<String> ARGUMENTS = List.of(
            "model_kwargs",
            "model_args",
            "processor_kwargs",
            "tokenizer_args",
            "config_kwargs",
            "config_args",
            "processing_kwargs");

    /** Arguments among those that do not change what is computed here, which is float32 in any case. */
    private static final Set<String> HARMLESS_ARGUMENTS =
            Set.of("trust_remote_code", "attn_implementation", "dtype", "torch_dtype", "use_safetensors");

    /** The old switches of the pooling modes, in the order in which the vectors of several stand side by side. */
    private static final Map<String, PoolingMode> POOLING_SWITCHES = poolingSwitches();

    /** Classes of {@code torch.nn} that are activations, with their defaults. */
    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "Identity", Activation.LINEAR,
            "Tanh", Activation.TANH,
            "ReLU", Activation.RELU,
            "ReLU6", Activation.RELU6,
            "LeakyReLU", Activation.LEAKY_RELU,
            "GELU", Activation.GELU,
            "SiLU", Activation.SILU,
            "Mish", Activation.MISH,
            "Hardswish", Activation.HARDSWISH,
            "Sigmoid", Activation.SIGMOID);

    private final ModelFiles files;

    SentenceTransformerFiles(ModelFiles files) {
        this.files = files;
    }

    private static Map<String, PoolingMode> poolingSwitches() {
        Map<String, PoolingMode> switches = new LinkedHashMap<>();
        switches.put("pooling_mode_cls_token", PoolingMode.CLS);
        switches.put("pooling_mode_max_tokens", PoolingMode.MAX);
        switches.put("pooling_mode_mean_tokens", PoolingMode.MEAN);
        switches.put("pooling_mode_mean_sqrt_len_tokens", PoolingMode.MEAN_SQRT_LEN_TOKENS);
        switches.put("pooling_mode_weightedmean_tokens", PoolingMode.WEIGHTED_MEAN);
        switches.put("pooling_mode_lasttoken", PoolingMode.LAST_TOKEN);
        return Collections.unmodifiableMap(switches);
    }

    SentenceTransformerConfig read() throws IOException {
        return files.exists(ModulesJson.FILE) ? readModules() : withoutModules();
    }

    /** What sentence-transformers makes of a checkpoint that is not its own. */
    private static SentenceTransformerConfig withoutModules() {
        return new SentenceTransformerConfig(
                "",
                OptionalInt.empty(),
                false,
                List.of(PoolingMode.MEAN),
                OptionalInt.empty(),
                true,
                List.of(),
                Map.of("query", "", "document", ""),
                Optional.empty(),
                SimilarityFunction.COSINE,
                OptionalInt.empty());
    }

    private SentenceTransformerConfig readModules() throws IOException {
        List<Entry> entries = entries();
        String transformerFolder = require(entries, 0, "Transformer").folder;
        Pooling pooling = pooling(require(entries, 1, "Pooling").folder);
        List<SentenceTransformerConfig.Module> modules = new ArrayList<>();
        for (Entry entry : entries.subList(2, entries.size())) {
            modules.add(
                    switch (entry.kind) {
                        case "Dense" -> dense(entry.folder);
                        case "Normalize" -> normalize(entry.folder);
                        default -> throw entry.unexpected("Dense or Normalize after the pooling");
                    });
        }
        Transformer transformer = transformer(transformerFolder);
        JsonObjectReader config = JsonObjectReader.ofFileIfPresent(files, CONFIG, BYTE_LIMIT);
        config.requireOneOf("model_type", "SentenceTransformer");
        Map<String, String> prompts = prompts(config);
        return new SentenceTransformerConfig(
                transformerFolder,
                transformer.maxSeqLength,
                transformer.doLowerCase,
                pooling.modes,
                OptionalInt.of(pooling.dimension),
                pooling.includePrompt,
                List.copyOf(modules),
                prompts,
                defaultPromptName(config, prompts),
                similarityFunction(config),
                optional(count(config, "truncate_dim")));
    }

    /**
     * A line of modules.json.
     *
     * @param object it
     * @param kind the class, without its package
     * @param folder where its files are; empty: where modules.json is
     */
    private record Entry(JsonObjectReader object, String kind, String folder) {
        ModelLoadingException unexpected(String expected) {
            return object.wrong("type", expected, object.object().get("type"));
        }
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonObjectReader module : ModulesJson.read(files)) {
            String name = module.requireString("name");
            if (!names.add(name)) {
                throw module.wrong(
                        "name",
                        "a name of its own for every module",
                        module.object().get("name"));
            }
            String folder = module.requireString("path");
            if (!folder.isEmpty()) {
                ModulesJson.requirePlainFolder(module, folder);
            }
            entries.add(new Entry(module, kind(module), folder));
        }
        return entries;
    }

    /** The packages of the library were moved more than once; the names of the classes were not. */
    private static String kind(JsonObjectReader module) {
        String type = module.requireString("type");
        String kind = type.substring(type.lastIndexOf('.') + 1);
        boolean known = type.startsWith("sentence_transformers.")
                && Set.of("Transformer", "Pooling", "Normalize", "Dense").contains(kind);
        if (!known) {
            throw module.wrong(
                    "type",
                    "Transformer, Pooling, Normalize or Dense of sentence_transformers, the modules that this version"
                            + " runs",
                    module.object().get("type"));
        }
        return kind;
    }

    private Entry require(List<Entry> entries, int index, String kind) {
        if (entries.size() <= index) {
            throw new ModelLoadingException(
                    files.describe(ModulesJson.FILE) + ": expected a Transformer, a Pooling and what may"
                            + " follow them, found " + entries.size() + " modules");
        }
        Entry entry = entries.get(index);
        if (!entry.kind.equals(kind)) {
            throw entry.unexpected(kind + " as module " + (index + 1));
        }
        return entry;
    }

    private record Transformer(OptionalInt maxSeqLength, boolean doLowerCase) {}

    private Transformer transformer(String folder) throws IOException {
        ModelFiles own = files.folder(folder);
        String name =
                TRANSFORMER_CONFIGS.stream().filter(own::exists).findFirst().orElse(TRANSFORMER_CONFIGS.getFirst());
        JsonObjectReader settings = JsonObjectReader.ofFileIfPresent(own, name, BYTE_LIMIT);
        for (String key : UNSUPPORTED_SETTINGS) {
            settings.value(key).ifPresent(value -> {
                throw settings.wrong(key, "null: this setting is not supported", value);
            });
        }
        for (String key : ARGUMENTS) {
            settings.child(key)
                    .ifPresent(arguments -> arguments.keys().stream()
                            .filter(argument -> !HARMLESS_ARGUMENTS.contains(argument))
                            .forEach(argument -> {
                                throw arguments.wrong(
                                        argument,
                                        "no such argument: it is not supported",
                                        arguments.object().get(argument));
                            }));
        }
        settings.requireOneOf("transformer_task", "feature-extraction");
        settings.requireOneOf("module_output_name", "token_embeddings");
        settings.child("modality_config").ifPresent(SentenceTransformerFiles::requireHiddenStates);
        return new Transformer(optional(count(settings, "max_seq_length")), settings.bool("do_lower_case", false));
    }

    /** Texts go to the encoder's forward pass, and its last hidden state is what is pooled. */
    private static void requireHiddenStates(JsonObjectReader modalities) {
        JsonObjectReader text = modalities.requireChild("text");
        text.requireOneOf("method", "forward");
        JsonElement output = text.value("method_output_name").orElse(null);
        JsonElement name = output instanceof JsonArray array && array.size() == 1 ? array.get(0) : output;
        if (!new JsonPrimitive("last_hidden_state").equals(name)) {
            throw text.wrong("method_output_name", "last_hidden_state", output);
        }
    }

    private record Pooling(List<PoolingMode> modes, int dimension, boolean includePrompt) {}

    private Pooling pooling(String folder) throws IOException {
        JsonObjectReader config = moduleConfig(folder);
        return new Pooling(
                poolingModes(config),
                dimension(
                        config, config.has("embedding_dimension") ? "embedding_dimension" : "word_embedding_dimension"),
                config.bool("include_prompt", true));
    }

    private static List<PoolingMode> poolingModes(JsonObjectReader config) {
        Optional<JsonElement> named = config.value("pooling_mode");
        if (named.isPresent()) {
            List<JsonElement> names = named.get() instanceof JsonArray array ? array.asList() : List.of(named.get());
            if (names.isEmpty() || names.size() > MOST_POOLING_MODES) {
                throw config.wrong(
                        "pooling_mode", "a pooling mode, or from 1 to " + MOST_POOLING_MODES + " of them", named.get());
            }
            return names.stream()
                    .map(name -> poolingMode(config, config.asString("pooling_mode", name), name))
                    .toList();
        }
        for (String key : config.keys()) {
            boolean unknown = key.startsWith("pooling_mode_") && !POOLING_SWITCHES.containsKey(key);
            if (unknown && config.bool(key, false)) {
                throw config.wrong(
                        key,
                        "one of " + POOLING_SWITCHES.keySet(),
                        config.object().get(key));
            }
        }
        List<PoolingMode> modes = POOLING_SWITCHES.entrySet().stream()
                .filter(entry -> config.bool(entry.getKey(), false))
                .map(Map.Entry::getValue)
                .toList();
        return modes.isEmpty() ? List.of(PoolingMode.MEAN) : modes;
    }

    private static PoolingMode poolingMode(JsonObjectReader config, String name, JsonElement found) {
        try {
            return PoolingMode.named(name);
        } catch (IllegalArgumentException e) {
            throw config.wrong("pooling_mode", "a pooling mode (" + e.getMessage() + ")", found);
        }
    }

    private SentenceTransformerConfig.Dense dense(String folder) throws IOException {
        JsonObjectReader config = moduleConfig(folder);
        requireOfEmbeddings(config);
        if (config.bool("use_residual", false)) {
            throw config.wrong(
                    "use_residual",
                    "false: a residual connection around a dense layer is not supported",
                    config.object().get("use_residual"));
        }
        return new SentenceTransformerConfig.Dense(
                folder,
                dimension(config, "in_features"),
                dimension(config, "out_features"),
                config.bool("bias", true),
                activation(config));
    }

    /** The class of the activation by its path in Python; without one it is the hyperbolic tangent. */
    private static Activation activation(JsonObjectReader config) {
        if (!config.keys().contains("activation_function")) {
            return Activation.TANH;
        }
        String path = config.requireString("activation_function");
        Activation activation = ACTIVATIONS.get(path.substring(path.lastIndexOf('.') + 1));
        if (activation == null || !path.startsWith("torch.nn.")) {
            throw config.wrong(
                    "activation_function",
                    "a class of torch.nn among "
                            + String.join(
                                    ", ", ACTIVATIONS.keySet().stream().sorted().toList()),
                    config.object().get("activation_function"));
        }
        return activation;
    }

    /** Its file may be absent; where it is there it may only say what goes without saying. */
    private SentenceTransformerConfig.Normalize normalize(String folder) throws IOException {
        if (!folder.isEmpty()) {
            requireOfEmbeddings(
                    JsonObjectReader.ofFileIfPresent(files.folder(folder), CheckpointFiles.CONFIG, BYTE_LIMIT));
        }
        return new SentenceTransformerConfig.Normalize();
    }

    private static void requireOfEmbeddings(JsonObjectReader config) {
        config.requireOneOf("module_input_name", "sentence_embedding");
        config.requireOneOf("module_output_name", "sentence_embedding");
    }

    private JsonObjectReader moduleConfig(String folder) throws IOException {
        if (folder.isEmpty()) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE)
                    + ": path: expected a folder for every Pooling and Dense, as 1_Pooling, found the string \"\"");
        }
        return JsonObjectReader.ofFile(files.folder(folder), CheckpointFiles.CONFIG, BYTE_LIMIT);
    }

    private static Map<String, String> prompts(JsonObjectReader config) {
        Map<String, String> prompts = new LinkedHashMap<>();
        prompts.put("query", "");
        prompts.put("document", "");
        config.child("prompts")
                .ifPresent(named -> named.keys()
                        .forEach(name -> prompts.put(name, named.string(name).orElse(""))));
        return Collections.unmodifiableMap(prompts);
    }

    private static Optional<String> defaultPromptName(JsonObjectReader config, Map<String, String> prompts) {
        Optional<String> name = config.string("default_prompt_name");
        if (name.isPresent() && !prompts.containsKey(name.get())) {
            throw config.wrong(
                    "default_prompt_name",
                    "one of the prompts " + String.join(", ", prompts.keySet()),
                    config.object().get("default_prompt_name"));
        }
        return name;
    }

    private static SimilarityFunction similarityFunction(JsonObjectReader config) {
        Optional<String> name = config.string("similarity_fn_name");
        try {
            return name.map(SimilarityFunction::named).orElse(SimilarityFunction.COSINE);
        } catch (IllegalArgumentException e) {
            throw config.wrong(
                    "similarity_fn_name",
                    "cosine, dot, euclidean or manhattan",
                    config.object().get("similarity_fn_name"));
        }
    }

    private static int dimension(JsonObjectReader config, String key) {
        int dimension = config.requireCount(key);
        if (dimension < 1 || dimension > WIDEST) {
            throw config.wrong(
                    key, "a whole number from 1 to " + WIDEST, config.object().get(key));
        }
        return dimension;
    }

    private static Optional<Integer> count(JsonObjectReader config, String key) {
        return config.count(key).map(count -> {
            if (count < 1) {
                throw config.wrong(
                        key, "a whole number, 1 or more", config.object().get(key));
            }
            return count;
        });
    }

    private static OptionalInt optional(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElse(OptionalInt.empty());
    }
}
