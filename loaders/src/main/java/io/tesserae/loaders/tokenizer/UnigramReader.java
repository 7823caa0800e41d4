package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The model Unigram: {@code vocab}, pieces with their scores in the order of their ids, {@code unk_id}, {@code byte_fallback}. */
record UnigramReader() implements PieceModelReader {

    /** The work for a word grows with its length times that of the longest piece. */
    private static final int LONGEST_PIECE = 4_096;

    @Override
    public String type() {
        return "Unigram";
    }

    @Override
    public Vocabulary vocabulary(JsonObjectReader model) {
        return Vocabulary.of(pieces(model));
    }

    /** The pieces by id, no two the same. */
    static List<String> pieces(JsonObjectReader model) {
        List<String> pieces = new ArrayList<>();
        Map<String, Integer> ids = new HashMap<>();
        for (JsonElement entry : entries(model)) {
            int id = pieces.size();
            String piece = model.asString(
                    "vocab[" + id + "][0]", pair(model, id, entry).get(0));
            if (piece.length() > LONGEST_PIECE) {
                throw model.wrong("vocab[" + id + "][0]", "a piece of at most " + LONGEST_PIECE + " chars", entry);
            }
            Integer other = ids.putIfAbsent(piece, id);
            if (other != null) {
                throw model.wrong("vocab[" + id + "]", "a piece that is not there yet, as it is at " + other, entry);
            }
            pieces.add(piece);
        }
        return pieces;
    }

    @Override
    public Segmentation segmentation(JsonObjectReader model) {
        List<JsonElement> entries = entries(model);
        double[] scores = new double[entries.size()];
        for (int id = 0; id < scores.length; id++) {
            JsonElement score = pair(model, id, entries.get(id)).get(1);
            boolean isNumber = score instanceof JsonPrimitive primitive && primitive.isNumber();
            scores[id] = isNumber ? score.getAsDouble() : Double.NaN;
            if (!Double.isFinite(scores[id])) {
                throw model.wrong("vocab[" + id + "][1]", "a finite number", score);
            }
        }
        String unknown = null;
        if (model.has("unk_id")) {
            int id = model.requireCount("unk_id");
            if (id >= scores.length) {
                throw model.wrong(
                        "unk_id",
                        "an id of the vocabulary, below " + scores.length,
                        model.object().get("unk_id"));
            }
            unknown = model.asString(
                    "vocab[" + id + "][0]", pair(model, id, entries.get(id)).get(0));
        }
        return new Segmentation.Unigram(scores, unknown, model.bool("byte_fallback", false));
    }

    private static List<JsonElement> entries(JsonObjectReader model) {
        if (!model.has("vocab")) {
            throw model.wrong("vocab", "an array", null);
        }
        return model.array("vocab");
    }

    private static JsonArray pair(JsonObjectReader model, int id, JsonElement entry) {
        if (entry instanceof JsonArray pair && pair.size() == 2) {
            return pair;
        }
        throw model.wrong("vocab[" + id + "]", "a piece and its score", entry);
    }
}
