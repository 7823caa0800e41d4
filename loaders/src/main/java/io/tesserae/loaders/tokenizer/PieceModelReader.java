package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Vocabulary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@code model} of a {@code tokenizer.json}: one reader for each kind. */
sealed interface PieceModelReader permits WordPieceReader, BytePairReader, UnigramReader {

    /** All there are. */
    List<PieceModelReader> ALL = List.of(new WordPieceReader(), new BytePairReader(), new UnigramReader());

    /** What {@code model.type} calls it. */
    String type();

    /** Its vocabulary, ids as the file says. */
    Vocabulary vocabulary(JsonObjectReader model);

    /** The rest. */
    Segmentation segmentation(JsonObjectReader model);

    /** The vocabulary that an object is: {@code {"token": id}}. */
    static Vocabulary vocabularyOf(JsonObjectReader tokens) {
        Map<String, Integer> ids = HashMap.newHashMap(tokens.keys().size());
        for (Map.Entry<String, JsonElement> entry : tokens.object().entrySet()) {
            ids.put(entry.getKey(), tokens.asCount(entry.getKey(), entry.getValue()));
        }
        return Vocabulary.of(ids);
    }

    /**
     * The reader of this model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if there is none, with the list of those there are
     */
    static PieceModelReader of(JsonObjectReader model) {
        // Old files do not say; theirs are told from the other models by what they hold.
        if (!model.has("type") && model.has("vocab")) {
            boolean isUnigram = model.has("unk_id") && model.object().get("vocab") instanceof JsonArray;
            PieceModelReader withoutMerges = isUnigram ? new UnigramReader() : new WordPieceReader();
            return model.has("merges") ? new BytePairReader() : withoutMerges;
        }
        Map<String, PieceModelReader> readers = new LinkedHashMap<>();
        ALL.forEach(reader -> readers.put(reader.type(), reader));
        PieceModelReader reader = readers.get(model.requireString("type"));
        if (reader == null) {
            throw model.wrong(
                    "type",
                    String.join(" or ", readers.keySet()) + " (no other is supported)",
                    model.object().get("type"));
        }
        return reader;
    }
}
