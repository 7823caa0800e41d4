package io.tesserae.loaders.sentence;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.model.PoolingMode;
import io.tesserae.model.SimilarityFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the files of sentence-transformers, version 6.0 and before: old spellings are understood as that version
 * understands them, and what would change an embedding and is not implemented is refused by name.
 */
final class SentenceTransformerFiles {

    private static final int MOST_POOLING_MODES = 16;

    /** The old switches of the pooling modes, in the order in which the vectors of several stand side by side. */
    private static final Map<String, PoolingMode> POOLING_SWITCHES = poolingSwitches();

    private final ModelFiles files;
    private final ModuleFiles modules;

    SentenceTransformerFiles(ModelFiles files) {
        this.files = files;
        this.modules = new ModuleFiles(files, List.of("Transformer", "Pooling", "Normalize", "Dense"));
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
        List<ModuleFiles.Entry> entries = modules.entries();
        String transformerFolder = modules.require(entries, 0, "Transformer").folder();
        Pooling pooling = pooling(modules.require(entries, 1, "Pooling").folder());
        List<SentenceTransformerConfig.Module> steps = new ArrayList<>();
        for (ModuleFiles.Entry entry : entries.subList(2, entries.size())) {
            steps.add(
                    switch (entry.kind()) {
                        case "Dense" -> dense(entry.folder());
                        case "Normalize" -> normalize(entry.folder());
                        default -> throw entry.unexpected("Dense or Normalize after the pooling");
                    });
        }
        ModuleFiles.Transformer transformer =
                modules.transformer(transformerFolder, "feature-extraction", "last_hidden_state");
        JsonObjectReader config = modules.config("SentenceTransformer");
        Map<String, String> prompts = ModuleFiles.prompts(config);
        return new SentenceTransformerConfig(
                transformerFolder,
                transformer.maxSeqLength(),
                transformer.doLowerCase(),
                pooling.modes,
                OptionalInt.of(pooling.dimension),
                pooling.includePrompt,
                List.copyOf(steps),
                prompts,
                ModuleFiles.defaultPromptName(config, prompts),
                similarityFunction(config),
                ModuleFiles.count(config, "truncate_dim"));
    }

    private record Pooling(List<PoolingMode> modes, int dimension, boolean includePrompt) {}

    private Pooling pooling(String folder) throws IOException {
        JsonObjectReader config = modules.ofModule(folder);
        return new Pooling(
                poolingModes(config),
                ModuleFiles.dimension(
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
        JsonObjectReader config = modules.ofModule(folder);
        requireOfEmbeddings(config);
        return SentenceTransformerConfig.Dense.read(config, folder);
    }

    /** Its file may be absent; where it is there it may only say what goes without saying. */
    private SentenceTransformerConfig.Normalize normalize(String folder) throws IOException {
        if (!folder.isEmpty()) {
            requireOfEmbeddings(JsonObjectReader.ofFileIfPresent(
                    files.folder(folder), CheckpointFiles.CONFIG, ModuleFiles.BYTE_LIMIT));
        }
        return new SentenceTransformerConfig.Normalize();
    }

    private static void requireOfEmbeddings(JsonObjectReader config) {
        config.requireOneOf("module_input_name", "sentence_embedding");
        config.requireOneOf("module_output_name", "sentence_embedding");
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
}
