package io.tesserae.loaders;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.Template;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TokenizerBuilder;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@code tokenizer.json}, the file that the tokenizers library keeps a whole tokenizer in. WordPiece only. */
record TokenizerJson(JsonObjectReader root) {

    private static final String WORD_PIECE = "WordPiece";

    /** No word is longer, and no vocabulary can make the search for its pieces longer than this, squared. */
    private static final int LONGEST_WORD = 10_000;

    /** BERT has five. Special tokens that are defined once and used often could be a million out of a kilobyte. */
    private static final int MOST_PIECES = 256;

    /** The vocabulary, ids as the file says. */
    Vocabulary vocabulary() {
        JsonObjectReader model = model();
        Optional<JsonElement> value = model.value("vocab");
        if (value.isPresent() && value.get() instanceof JsonArray array) {
            List<String> tokens = new ArrayList<>();
            for (JsonElement token : array) {
                tokens.add(model.asString("vocab[" + tokens.size() + "]", token));
            }
            return Vocabulary.of(tokens);
        }
        JsonObjectReader vocabulary = model.requireChild("vocab");
        Map<String, Integer> ids = HashMap.newHashMap(vocabulary.keys().size());
        for (Map.Entry<String, JsonElement> entry : vocabulary.object().entrySet()) {
            ids.put(entry.getKey(), vocabulary.asCount(entry.getKey(), entry.getValue()));
        }
        return Vocabulary.of(ids);
    }

    /** The added tokens by the ids that the file gives them. */
    Map<Integer, AddedToken> addedTokens() {
        Map<Integer, AddedToken> tokens = new TreeMap<>();
        for (JsonObjectReader token : root.objects("added_tokens")) {
            tokens.put(token.requireCount("id"), SpecialTokenFiles.token(token, false));
        }
        return tokens;
    }

    Optional<Side> truncationSide() {
        return root.child("truncation").flatMap(truncation -> AutoTokenizer.side(truncation, "direction"));
    }

    Optional<Side> paddingSide() {
        return root.child("padding").flatMap(padding -> AutoTokenizer.side(padding, "direction"));
    }

    /** The token that pads, as far as this file says. */
    Optional<String> paddingToken() {
        return root.child("padding").flatMap(padding -> padding.string("pad_token"));
    }

    /** A tokenizer with every stage as the file says; the special tokens are still to be named. */
    TokenizerBuilder builder() {
        JsonObjectReader model = model();
        return Tokenizer.builder(vocabulary())
                .segmentation(new Segmentation.WordPiece(
                        model.requireString("unk_token"),
                        model.string("continuing_subword_prefix").orElse("##"),
                        longestWord(model)))
                .normalization(TextStages.normalization(root, "normalizer"))
                .preTokenization(TextStages.preTokenization(root, "pre_tokenizer"))
                .decoding(TextStages.decoding(root, "decoder"))
                .template(template());
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

    private JsonObjectReader model() {
        JsonObjectReader model = root.requireChild("model");
        // Old files do not say; theirs are told from the other models by what they hold.
        boolean untyped = !model.has("type") && !model.has("merges") && model.has("vocab");
        return untyped ? model : requireType("model", WORD_PIECE);
    }

    private JsonObjectReader requireType(String key, String type) {
        JsonObjectReader object = root.requireChild(key);
        if (!object.requireString("type").equals(type)) {
            throw object.wrong(
                    "type", type + " (no other is supported)", object.object().get("type"));
        }
        return object;
    }

    // --- The template ---

    private Template template() {
        if (!root.has("post_processor")) {
            return Template.none();
        }
        JsonObjectReader processor = root.requireChild("post_processor");
        return switch (processor.requireString("type")) {
            case "BertProcessing" -> Template.bert(tokenAndId(processor, "cls"), tokenAndId(processor, "sep"));
            case "TemplateProcessing" -> new Template(pieces(processor, "single"), pieces(processor, "pair"));
            default ->
                throw processor.wrong(
                        "type",
                        "TemplateProcessing or BertProcessing (no other is supported)",
                        processor.object().get("type"));
        };
    }

    /** {@code ["[SEP]", 102]}. */
    private static int tokenAndId(JsonObjectReader processor, String key) {
        List<JsonElement> pair = processor.array(key);
        if (pair.size() != 2) {
            throw processor.wrong(key, "a token and its id", processor.object().get(key));
        }
        return processor.asCount(key + "[1]", pair.get(1));
    }

    /** {@code [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]}. */
    private static List<Template.Piece> pieces(JsonObjectReader processor, String key) {
        List<Template.Piece> pieces = new ArrayList<>();
        for (JsonObjectReader piece : processor.objects(key)) {
            if (piece.has("Sequence")) {
                JsonObjectReader sequence = piece.requireChild("Sequence");
                sequence.requireOneOf("id", "A", "B");
                pieces.add(new Template.Sequence(
                        sequence.requireString("id").equals("B"), sequence.requireCount("type_id")));
            } else {
                JsonObjectReader special = piece.requireChild("SpecialToken");
                String name = special.requireString("id");
                JsonObjectReader definition =
                        processor.requireChild("special_tokens").requireChild(name);
                for (JsonElement id : definition.array("ids")) {
                    pieces.add(new Template.Special(definition.asCount("ids", id), special.requireCount("type_id")));
                    requireFew(pieces, processor, key);
                }
            }
            requireFew(pieces, processor, key);
        }
        return pieces;
    }

    private static void requireFew(List<Template.Piece> pieces, JsonObjectReader processor, String key) {
        if (pieces.size() > MOST_PIECES) {
            throw processor.wrong(
                    key,
                    "at most " + MOST_PIECES + " special tokens and texts",
                    processor.object().get(key));
        }
    }
}
