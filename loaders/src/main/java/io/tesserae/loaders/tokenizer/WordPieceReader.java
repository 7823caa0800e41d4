package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The model WordPiece: {@code vocab}, {@code unk_token}, {@code continuing_subword_prefix}, {@code max_input_chars_per_word}. */
record WordPieceReader() implements PieceModelReader {

    /** No word is longer, and no vocabulary can make the search for its pieces longer than this, squared. */
    private static final int LONGEST_WORD = 10_000;

    @Override
    public String type() {
        return "WordPiece";
    }

    @Override
    public Vocabulary vocabulary(JsonObjectReader model) {
        Optional<JsonElement> value = model.value("vocab");
        if (value.isPresent() && value.get() instanceof JsonArray array) {
            List<String> tokens = new ArrayList<>();
            for (JsonElement token : array) {
                tokens.add(model.asString("vocab[" + tokens.size() + "]", token));
            }
            return Vocabulary.of(tokens);
        }
        return PieceModelReader.vocabularyOf(model.requireChild("vocab"));
    }

    @Override
    public Segmentation segmentation(JsonObjectReader model) {
        return new Segmentation.WordPiece(
                model.requireString("unk_token"),
                model.string("continuing_subword_prefix").orElse("##"),
                longestWord(model));
    }

    private static int longestWord(JsonObjectReader model) {
        String key = "max_input_chars_per_word";
        int longest = model.count(key).orElse(100);
        if (longest > LONGEST_WORD) {
            throw model.wrong(
                    key,
                    "a whole number from 0 to " + LONGEST_WORD,
                    model.object().get(key));
        }
        return longest;
    }
}
