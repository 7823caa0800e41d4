package io.tesserae.loaders;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.StrictJson;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of a repository's files make a model here: what has to be fetched before it can be loaded. Never a pickle, nor any other
 * file that could run code.
 */
public final class CheckpointFiles {

    /** Without it there is no model. */
    public static final String CONFIG = "config.json";

    /** All weights in one file. */
    public static final String WEIGHTS = CheckpointWeights.SINGLE_FILE;

    /** Where the weights are in several files, what says in which. */
    public static final String WEIGHTS_INDEX = CheckpointWeights.INDEX;

    /** What says of which parts a sentence encoder consists. */
    private static final String MODULES = "modules.json";

    /** Further files that a model may have or not: the tokenizer's, the image processor's, those of sentence-transformers. */
    public static final List<String> OPTIONAL = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "preprocessor_config.json",
            "processor_config.json",
            MODULES,
            "sentence_bert_config.json",
            "config_sentence_transformers.json");

    /** No text among a model's files is longer: a vocabulary of some hundred thousand words, or an index of as many tensors. */
    public static final long TEXT_BYTE_LIMIT = 100_000_000;

    private static final long MODULES_BYTE_LIMIT = 1 << 20;

    /** Sentence encoders have two to five. */
    static final int MOST_MODULES = 100;

    private CheckpointFiles() {}

    /**
     * The files that hold the weights, once it is known which of {@link #WEIGHTS} and {@link #WEIGHTS_INDEX} there are.
     *
     * @return one file, or those that the index names; none where there is neither
     * @throws ModelLoadingException if the index is not valid
     * @throws IOException if reading it fails
     */
    public static Set<String> weights(ModelFiles files) throws IOException {
        Arguments.require(files, "files");
        if (files.exists(WEIGHTS)) {
            return Set.of(WEIGHTS);
        }
        return files.exists(WEIGHTS_INDEX) ? CheckpointWeights.shards(files) : Set.of();
    }

    /**
     * The files of a sentence encoder's further modules (pooling, a dense layer), as {@code modules.json} lists them; each may be
     * there or not. None where there is no such file.
     *
     * @throws ModelLoadingException if it is not valid, or names a folder outside the model's
     * @throws IOException if reading it fails
     */
    public static Set<String> modules(ModelFiles files) throws IOException {
        Arguments.require(files, "files");
        Set<String> names = new LinkedHashSet<>();
        if (files.exists(MODULES)) {
            String where = files.describe(MODULES);
            JsonObject root = new JsonObject();
            JsonElement modules = StrictJson.parse(files.readText(MODULES, MODULES_BYTE_LIMIT), where);
            requireFew(modules, where);
            root.add("modules", modules);
            for (JsonObjectReader module : new JsonObjectReader(root, where, "").objects("modules")) {
                String folder = module.string("path").orElse("");
                if (!folder.isEmpty()) {
                    requirePlainFolder(module, folder);
                    names.add(folder + "/" + CONFIG);
                    names.add(folder + "/" + WEIGHTS);
                }
            }
        }
        return names;
    }

    /** Each may cost files, questions to a hub, and sockets. */
    static void requireFew(JsonElement modules, String where) {
        if (modules instanceof JsonArray array && array.size() > MOST_MODULES) {
            throw new ModelLoadingException(where + ": expected an array of modules, at most " + MOST_MODULES
                    + ", found " + StrictJson.describe(modules));
        }
    }

    /** As {@code 1_Pooling}: nothing that could lead elsewhere on any system. */
    static void requirePlainFolder(JsonObjectReader module, String folder) {
        if (!folder.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
            throw module.wrong(
                    "path",
                    "a plain folder's name, as 1_Pooling",
                    module.object().get("path"));
        }
    }
}
