package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.model.SparsePooling;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the files of sentence-transformers say of a sparse encoder.
 *
 * @param transformerFolder the folder of the masked language model and its tokenizer; empty where they lie with {@code modules.json}
 * @param maxSeqLength the longest encoding, in tokens, special tokens included; empty: as the tokenizer says
 * @param doLowerCase whether the case is lowered whatever the tokenizer does about it
 * @param pooling what becomes of a vocabulary's scores; empty where a layer weighs the text's own tokens, as in bge-m3
 * @param prompts what may be put before a text, by name
 * @param defaultPromptName the prompt that is used where nobody names one
 */
public record SparseTransformerConfig(
        String transformerFolder,
        OptionalInt maxSeqLength,
        boolean doLowerCase,
        Optional<SparsePooling> pooling,
        Map<String, String> prompts,
        Optional<String> defaultPromptName) {

    /**
     * Reads the files. Where there is no {@code modules.json} the others do not count.
     *
     * @throws ModelLoadingException if a file is damaged, asks for what is not implemented, or cannot be read
     */
    public static SparseTransformerConfig read(ModelFiles files) {
        try {
            boolean modules = Arguments.require(files, "files").exists(ModulesJson.FILE);
            if (VectorHeads.areIn(files) && !(modules && isOf(files))) {
                return withHeads(SentenceTransformerConfig.read(files));
            }
            return modules
                    ? readModules(files)
                    : new SparseTransformerConfig(
                            "",
                            OptionalInt.empty(),
                            false,
                            Optional.of(SparsePooling.MAX),
                            Map.of("query", "", "document", ""),
                            Optional.empty());
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe(ModulesJson.FILE) + ": reading the sparse encoder's files failed: " + e, e);
        }
    }

    /** Whether a model of sentence-transformers is a sparse encoder: its second module pools a vocabulary's scores. */
    public static boolean isOf(ModelFiles files) {
        try {
            return Arguments.require(files, "files").exists(ModulesJson.FILE)
                    && ModulesJson.read(files).stream()
                            .anyMatch(module -> module.string("type").orElse("").endsWith(".SpladePooling"));
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE) + ": reading it failed: " + e, e);
        }
    }

    /** Of bge-m3: what the sentence encoder reads, its layer weighs. */
    private static SparseTransformerConfig withHeads(SentenceTransformerConfig config) {
        return new SparseTransformerConfig(
                config.transformerFolder(),
                config.maxSeqLength(),
                config.doLowerCase(),
                Optional.empty(),
                config.prompts(),
                config.defaultPromptName());
    }

    private static SparseTransformerConfig readModules(ModelFiles files) throws IOException {
        ModuleFiles modules = new ModuleFiles(files, List.of("MLMTransformer", "Transformer", "SpladePooling"));
        List<ModuleFiles.Entry> entries = modules.entries();
        if (!entries.isEmpty() && !entries.getFirst().kind().endsWith("Transformer")) {
            throw entries.getFirst().unexpected("MLMTransformer as module 1");
        }
        modules.require(entries, 1, "SpladePooling");
        if (entries.size() > 2) {
            throw entries.get(2).unexpected("no module after the SpladePooling");
        }
        String folder = entries.getFirst().folder();
        ModuleFiles.Transformer transformer = modules.transformer(folder, "fill-mask", "logits");
        JsonObjectReader config = modules.config("SparseEncoder");
        Map<String, String> prompts = ModuleFiles.prompts(config);
        return new SparseTransformerConfig(
                folder,
                transformer.maxSeqLength(),
                transformer.doLowerCase(),
                Optional.of(pooling(modules.ofModule(entries.get(1).folder()))),
                prompts,
                ModuleFiles.defaultPromptName(config, prompts));
    }

    private static SparsePooling pooling(JsonObjectReader config) {
        String strategy = config.string("pooling_strategy").orElse("max");
        config.requireOneOf("pooling_strategy", "max", "sum");
        String activation = config.string("activation_function").orElse("relu");
        config.requireOneOf("activation_function", "relu", "log1p_relu");
        return new SparsePooling(strategy.equals("sum"), activation.equals("log1p_relu"));
    }
}
