package io.tesserae.loaders.tokenizer;

import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Vocabulary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@code model} of a {@code tokenizer.json}: one reader for each kind. */
sealed interface PieceModelReader permits WordPieceReader {

    /** All there are. */
    List<PieceModelReader> ALL = List.of(new WordPieceReader());

    /** What {@code model.type} calls it. */
    String type();

    /** Its vocabulary, ids as the file says. */
    Vocabulary vocabulary(JsonObjectReader model);

    /** The rest. */
    Segmentation segmentation(JsonObjectReader model);

    /**
     * The reader of this model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if there is none, with the list of those there are
     */
    static PieceModelReader of(JsonObjectReader model) {
        // Old files do not say; theirs are told from the other models by what they hold.
        boolean untyped = !model.has("type") && !model.has("merges") && model.has("vocab");
        if (untyped) {
            return ALL.getFirst();
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
