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
import java.util.List;

/**
 * Reads the files of a model for late interaction, as PyLate's {@code ColBERT} does: {@code modules.json} with a transformer and dense
 * layers, and {@code config_sentence_transformers.json}; or {@code artifact.metadata} of ColBERT's authors.
 */
final class ColBertFiles {

    private static final String METADATA = "artifact.metadata";
    private static final int LONGEST = 1 << 20;

    private final ModelFiles files;
    private final ModuleFiles modules;

    ColBertFiles(ModelFiles files) {
        this.files = files;
        this.modules = new ModuleFiles(files, List.of("Transformer", "Dense"));
    }

    ColBertConfig read() throws IOException {
        if (VectorHeads.areIn(files) && !isOf(files)) {
            return ofBgeM3();
        }
        return files.exists(ModulesJson.FILE) ? ofPyLate() : ofItsAuthors();
    }

    /** Queries and documents are read alike: as many tokens as the sentence encoder reads, and nothing is put among them. */
    private ColBertConfig ofBgeM3() {
        SentenceTransformerConfig config = SentenceTransformerConfig.read(files);
        if (config.doLowerCase()) {
            throw new ModelLoadingException(files.describe("sentence_bert_config.json")
                    + ": do_lower_case: expected false in a model like bge-m3, found true");
        }
        int length = Math.clamp(config.maxSeqLength().orElse(LONGEST), 4, LONGEST);
        return new ColBertConfig(
                config.transformerFolder(), List.of(), "", "", length, length, false, false, List.of(), true);
    }

    private ColBertConfig ofPyLate() throws IOException {
        List<ModuleFiles.Entry> entries = modules.entries();
        String folder = modules.require(entries, 0, "Transformer").folder();
        modules.require(entries, 1, "Dense");
        List<SentenceTransformerConfig.Dense> projections = new ArrayList<>();
        for (ModuleFiles.Entry entry : entries.subList(1, entries.size())) {
            if (!entry.kind().equals("Dense")) {
                throw entry.unexpected("Dense after the Transformer");
            }
            projections.add(SentenceTransformerConfig.Dense.read(modules.ofModule(entry.folder()), entry.folder()));
        }
        modules.transformer(folder, "feature-extraction", "last_hidden_state");
        JsonObjectReader config = modules.config("ColBERT");
        boolean expansion = config.bool("do_query_expansion", true);
        return new ColBertConfig(
                folder,
                projections,
                config.string("query_prefix").orElse("[Q] "),
                config.string("document_prefix").orElse("[D] "),
                length(config, "query_length", 32),
                length(config, "document_length", 180),
                expansion,
                expansion && config.bool("attend_to_expansion_tokens", false),
                skippedWords(config),
                false);
    }

    private ColBertConfig ofItsAuthors() throws IOException {
        JsonObjectReader metadata = JsonObjectReader.ofFileIfPresent(files, METADATA, ModuleFiles.BYTE_LIMIT);
        return new ColBertConfig(
                "",
                List.of(),
                metadata.string("query_token_id").orElse("[unused0]"),
                metadata.string("doc_token_id").orElse("[unused1]"),
                length(metadata, "query_maxlen", 32),
                length(metadata, "doc_maxlen", 180),
                true,
                metadata.bool("attend_to_mask_tokens", false),
                ColBertConfig.PUNCTUATION,
                false);
    }

    private static int length(JsonObjectReader config, String key, int absent) {
        int length = ModuleFiles.count(config, key).orElse(absent);
        if (length < 4 || length > LONGEST) {
            throw config.wrong(
                    key, "a whole number from 4 to " + LONGEST, config.object().get(key));
        }
        return length;
    }

    private static List<String> skippedWords(JsonObjectReader config) {
        JsonElement words = config.value("skiplist_words").orElse(null);
        if (words == null) {
            return ColBertConfig.PUNCTUATION;
        }
        if (!(words instanceof JsonArray array)
                || array.asList().stream().anyMatch(word -> !(word instanceof JsonPrimitive text && text.isString()))) {
            throw config.wrong("skiplist_words", "an array of texts", words);
        }
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }

    /** Whether these are files of a model for late interaction, rather than of a sentence encoder. */
    static boolean isOf(ModelFiles files) throws IOException {
        if (!files.exists(ModulesJson.FILE)) {
            return files.exists(METADATA);
        }
        List<JsonObjectReader> modules = ModulesJson.read(files);
        return modules.size() > 1
                && modules.get(1).string("type").orElse("").endsWith(".Dense")
                && modules.getFirst().string("type").orElse("").endsWith(".Transformer");
    }

    static ModelLoadingException noProjection(ModelFiles files) {
        return new ModelLoadingException(files.describe(ModulesJson.FILE)
                + ": no such file, and config.json names no HF_ColBERT: expected a model for late interaction, of PyLate,"
                + " of ColBERT's authors, or like bge-m3 with " + String.join(" and ", CheckpointFiles.VECTOR_HEADS));
    }
}
