package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.PreTokenization;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.Template;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TokenizerBuilder;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A {@code tokenizer.json}, the file that the tokenizers library keeps a whole tokenizer in. */
record TokenizerJson(JsonObjectReader root) {

    /** BERT has five. Special tokens that are defined once and used often could be a million out of a kilobyte. */
    private static final int MOST_PIECES = 256;

    private static final String BYTE_LEVEL = "ByteLevel";
    private static final String ROBERTA = "RobertaProcessing";

    /** The vocabulary, ids as the file says. */
    Vocabulary vocabulary() {
        JsonObjectReader model = root.requireChild("model");
        return PieceModelReader.of(model).vocabulary(model);
    }

    /** The added tokens by the ids that the file gives them. */
    Map<Integer, AddedToken> addedTokens() {
        Map<Integer, AddedToken> tokens = new TreeMap<>();
        for (JsonObjectReader token : root.objects("added_tokens")) {
            tokens.put(token.requireCount("id"), token(token, false));
        }
        return tokens;
    }

    Optional<Side> truncationSide() {
        return root.child("truncation").flatMap(truncation -> side(truncation, "direction"));
    }

    Optional<Side> paddingSide() {
        return root.child("padding").flatMap(padding -> side(padding, "direction"));
    }

    /** The token that pads, as far as this file says. */
    Optional<String> paddingToken() {
        return root.child("padding").flatMap(padding -> padding.string("pad_token"));
    }

    /** How words are cut into pieces. */
    Segmentation segmentation() {
        JsonObjectReader model = root.requireChild("model");
        return PieceModelReader.of(model).segmentation(model);
    }

    /** The pieces with their scores and the normalizer's map, for a class that builds all stages itself. */
    ScoredPieces scoredPieces() {
        JsonObjectReader model = root.requireChild("model");
        if (!(PieceModelReader.of(model).segmentation(model) instanceof Segmentation.Unigram unigram)) {
            throw model.wrong(
                    "type", "Unigram, which the class has", model.object().get("type"));
        }
        Optional<byte[]> map = root.child("normalizer").stream()
                .flatMap(normalizer -> normalizer.requireString("type").equals("Sequence")
                        ? normalizer.objects("normalizers").stream()
                        : Stream.of(normalizer))
                .filter(normalizer -> normalizer.requireString("type").equals("Precompiled"))
                .findFirst()
                .map(normalizer -> TextStages.precompiled(normalizer).map());
        return new ScoredPieces(UnigramReader.pieces(model), unigram.scores(), map, List.of());
    }

    /** A tokenizer with every stage as the file says; the special tokens are still to be named. */
    TokenizerBuilder builder() {
        JsonObjectReader model = root.requireChild("model");
        PieceModelReader reader = PieceModelReader.of(model);
        TokenizerBuilder builder = Tokenizer.builder(reader.vocabulary(model))
                .segmentation(reader.segmentation(model))
                .normalization(TextStages.normalization(root, "normalizer"))
                .preTokenization(TextStages.preTokenization(root, "pre_tokenizer"))
                .decoding(TextStages.decoding(root, "decoder"))
                .template(template());
        trimOffsets(builder);
        return builder;
    }

    /** Whether a text that does not begin with a space gets one; empty where the words are not spelt in bytes. */
    Optional<Boolean> addsPrefixSpace() {
        return prefixSpace(TextStages.preTokenization(root, "pre_tokenizer"));
    }

    private static Optional<Boolean> prefixSpace(PreTokenization preTokenization) {
        return switch (preTokenization) {
            case PreTokenization.ByteLevel(boolean addPrefixSpace, boolean _) -> Optional.of(addPrefixSpace);
            case PreTokenization.Sequence(List<PreTokenization> steps) ->
                steps.stream()
                        .map(TokenizerJson::prefixSpace)
                        .flatMap(Optional::stream)
                        .findFirst();
            default -> Optional.empty();
        };
    }

    // --- The template ---

    /** What puts special tokens around a text, or has trimmed offsets before; several in a Sequence. */
    private List<JsonObjectReader> processors() {
        Optional<JsonObjectReader> processor = root.child("post_processor");
        if (processor.isEmpty()) {
            return List.of();
        }
        if (!processor.get().requireString("type").equals("Sequence")) {
            return List.of(processor.get());
        }
        List<JsonObjectReader> steps = processor.get().objects("processors");
        for (int i = 0; i < steps.size(); i++) {
            boolean isByteLevel = steps.get(i).requireString("type").equals(BYTE_LEVEL);
            if (i > 1 || isByteLevel != (i == 0)) {
                throw processor
                        .get()
                        .wrong(
                                "processors",
                                "ByteLevel and one other behind it (no others are supported)",
                                processor.get().object().get("processors"));
            }
        }
        return steps;
    }

    /** How special tokens stand around texts. */
    Template template() {
        List<JsonObjectReader> processors = processors();
        if (processors.isEmpty()) {
            return Template.none();
        }
        JsonObjectReader processor = processors.getLast();
        return switch (processor.requireString("type")) {
            case "BertProcessing" -> Template.bert(tokenAndId(processor, "cls"), tokenAndId(processor, "sep"));
            case ROBERTA -> Template.roberta(tokenAndId(processor, "cls"), tokenAndId(processor, "sep"));
            case "TemplateProcessing" -> new Template(pieces(processor, "single"), pieces(processor, "pair"));
            case BYTE_LEVEL -> Template.none();
            default ->
                throw processor.wrong(
                        "type",
                        "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or a Sequence of ByteLevel and"
                                + " another (no other is supported)",
                        processor.object().get("type"));
        };
    }

    /** Whether the whitespace at a token's ends is counted to its place: two kinds of processors have a say. */
    private void trimOffsets(TokenizerBuilder builder) {
        List<JsonObjectReader> trimming = processors().stream()
                .filter(processor -> List.of(BYTE_LEVEL, ROBERTA).contains(processor.requireString("type")))
                .filter(processor -> flag(processor, "trim_offsets"))
                .toList();
        if (trimming.size() > 1) {
            throw trimming.getLast()
                    .wrong(
                            "trim_offsets",
                            "false, as the processor before trims too (no other is supported)",
                            trimming.getLast().object().get("trim_offsets"));
        }
        if (trimming.isEmpty()) {
            builder.trimOffsets(false);
        } else if (flag(trimming.getFirst(), "add_prefix_space")) {
            builder.trimOffsetsButPrefix();
        } else {
            builder.trimOffsets(true);
        }
    }

    private static boolean flag(JsonObjectReader processor, String key) {
        Optional<Boolean> value = processor.bool(key);
        if (value.isEmpty() && processor.requireString("type").equals(BYTE_LEVEL)) {
            throw processor.wrong(key, "true or false", null);
        }
        return value.orElse(true);
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

    // --- Values that other files of a tokenizer hold too

    /** A token written as an object with flags. */
    static AddedToken token(JsonObjectReader object, boolean specialIfSilent) {
        boolean special = object.bool("special", specialIfSilent);
        return new AddedToken(
                requireContent(object, "content", object.requireString("content")),
                object.bool("single_word", false),
                object.bool("lstrip", false),
                object.bool("rstrip", false),
                object.bool("normalized", !special),
                special);
    }

    static String requireContent(JsonObjectReader object, String key, String content) {
        if (content.isEmpty()) {
            throw object.wrong(key, "a token", new JsonPrimitive(""));
        }
        return content;
    }

    /** {@code left} or {@code right}, written with or without a capital. */
    static Optional<Side> side(JsonObjectReader object, String key) {
        Optional<JsonElement> value = object.value(key);
        return value.map(element -> switch (object.asString(key, element)) {
            case "left", "Left" -> Side.LEFT;
            case "right", "Right" -> Side.RIGHT;
            default -> throw object.wrong(key, "left or right", element);
        });
    }
}
