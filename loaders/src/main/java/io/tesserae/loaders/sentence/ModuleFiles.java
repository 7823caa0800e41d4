package io.tesserae.loaders.sentence;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.ModulesJson;
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

/** What all models of sentence-transformers have: modules, of which the first is a transformer, prompts, and a configuration. */
final class ModuleFiles {

    /** No such file is longer. */
    static final long BYTE_LIMIT = 1 << 20;

    private static final int WIDEST = 1 << 20;

    private static final String CONFIG = "config_sentence_transformers.json";

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

    private final ModelFiles files;
    private final List<String> kinds;

    /** @param kinds of modules that a model may have */
    ModuleFiles(ModelFiles files, List<String> kinds) {
        this.files = files;
        this.kinds = kinds;
    }

    /** The configuration of the whole; an empty one where there is no such file. */
    JsonObjectReader config(String modelType) throws IOException {
        JsonObjectReader config = JsonObjectReader.ofFileIfPresent(files, CONFIG, BYTE_LIMIT);
        config.requireOneOf("model_type", modelType);
        return config;
    }

    /**
     * A line of modules.json.
     *
     * @param object it
     * @param kind the class, without its package
     * @param folder where its files are; empty: where modules.json is
     */
    record Entry(JsonObjectReader object, String kind, String folder) {

        ModelLoadingException unexpected(String expected) {
            return object.wrong("type", expected, object.object().get("type"));
        }
    }

    /** The lines of modules.json. */
    List<Entry> entries() throws IOException {
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
    private String kind(JsonObjectReader module) {
        String type = module.requireString("type");
        String kind = type.substring(type.lastIndexOf('.') + 1);
        boolean known =
                (type.startsWith("sentence_transformers.") || type.startsWith("pylate.")) && kinds.contains(kind);
        if (!known) {
            throw module.wrong(
                    "type",
                    String.join(", ", kinds.subList(0, kinds.size() - 1)) + " or " + kinds.getLast()
                            + " of sentence_transformers, the modules that this version runs",
                    module.object().get("type"));
        }
        return kind;
    }

    /** The module of this number, if it is of this kind. */
    Entry require(List<Entry> entries, int index, String kind) {
        if (entries.size() <= index) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE) + ": expected " + kind + " as module "
                    + (index + 1) + ", found " + entries.size() + " modules");
        }
        Entry entry = entries.get(index);
        if (!entry.kind.equals(kind)) {
            throw entry.unexpected(kind + " as module " + (index + 1));
        }
        return entry;
    }

    /**
     * What is said of the encoder and its tokenizer.
     *
     * @param maxSeqLength the longest encoding; empty: as the tokenizer says
     * @param doLowerCase whether the case is lowered whatever the tokenizer does about it
     */
    record Transformer(OptionalInt maxSeqLength, boolean doLowerCase) {}

    /**
     * Reads what is said of the encoder in its folder.
     *
     * @param task what it may be loaded for
     * @param output what its forward pass is to give
     */
    Transformer transformer(String folder, String task, String output) throws IOException {
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
        settings.requireOneOf("transformer_task", task);
        settings.requireOneOf("module_output_name", "token_embeddings");
        settings.child("modality_config").ifPresent(modalities -> requireOutput(modalities, output));
        return new Transformer(count(settings, "max_seq_length"), settings.bool("do_lower_case", false));
    }

    /** Texts go to the encoder's forward pass, and this is what of it is pooled. */
    private static void requireOutput(JsonObjectReader modalities, String wanted) {
        JsonObjectReader text = modalities.requireChild("text");
        text.requireOneOf("method", "forward");
        JsonElement output = text.value("method_output_name").orElse(null);
        JsonElement name = output instanceof JsonArray array && array.size() == 1 ? array.get(0) : output;
        if (!new JsonPrimitive(wanted).equals(name)) {
            throw text.wrong("method_output_name", wanted, output);
        }
    }

    /** The configuration of a module that must have a folder. */
    JsonObjectReader ofModule(String folder) throws IOException {
        if (folder.isEmpty()) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE)
                    + ": path: expected a folder for every Pooling and Dense, as 1_Pooling, found the string \"\"");
        }
        return JsonObjectReader.ofFile(files.folder(folder), CheckpointFiles.CONFIG, ModuleFiles.BYTE_LIMIT);
    }

    /** The prompts by name; those of queries and documents are always there. */
    static Map<String, String> prompts(JsonObjectReader config) {
        Map<String, String> prompts = new LinkedHashMap<>();
        prompts.put("query", "");
        prompts.put("document", "");
        config.child("prompts")
                .ifPresent(named -> named.keys()
                        .forEach(name -> prompts.put(name, named.string(name).orElse(""))));
        return Collections.unmodifiableMap(prompts);
    }

    /** The prompt that is used where nobody names one. */
    static Optional<String> defaultPromptName(JsonObjectReader config, Map<String, String> prompts) {
        Optional<String> name = config.string("default_prompt_name");
        if (name.isPresent() && !prompts.containsKey(name.get())) {
            throw config.wrong(
                    "default_prompt_name",
                    "one of the prompts " + String.join(", ", prompts.keySet()),
                    config.object().get("default_prompt_name"));
        }
        return name;
    }

    /** A whole number of 1 or more, if the key is there. */
    static OptionalInt count(JsonObjectReader config, String key) {
        Optional<Integer> given = config.count(key);
        if (given.isPresent() && given.get() < 1) {
            throw config.wrong(key, "a whole number, 1 or more", config.object().get(key));
        }
        return given.isPresent() ? OptionalInt.of(given.get()) : OptionalInt.empty();
    }

    /** A width of vectors. */
    static int dimension(JsonObjectReader config, String key) {
        int dimension = config.requireCount(key);
        if (dimension < 1 || dimension > WIDEST) {
            throw config.wrong(
                    key, "a whole number from 1 to " + WIDEST, config.object().get(key));
        }
        return dimension;
    }
}
