package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Decoding;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.PreTokenization;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The stages {@code normalizer} and {@code pre_tokenizer} of a {@code tokenizer.json}. What is not known here is refused by name. */
final class TextStages {

    private static final String NORMALIZERS =
            "BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, StripAccents, Strip, Prepend, Replace, Precompiled or a Sequence of"
                    + " them (no other is supported)";
    private static final String PRE_TOKENIZERS =
            "BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, Digits, Metaspace, ByteLevel, Split (with a known"
                    + " pattern) or a Sequence of them (no other is supported)";

    private static final String DECODERS =
            "WordPiece, Fuse, Strip, Replace, ByteFallback, Metaspace, BPEDecoder, ByteLevel or a"
                    + " Sequence of them (no other is supported)";

    /** Each step is a pass over the text. No tokenizer has more than a handful; a hostile one could have a million. */
    private static final int MOST_STEPS = 32;

    /** Llama 3's and Qwen2's. */
    private static final List<PreTokenization.Cl100k> CL100K =
            List.of(new PreTokenization.Cl100k(3), new PreTokenization.Cl100k(1));

    private TextStages() {}

    /** The normalizer that stands under this key; none at all where there is no such key. */
    static Normalization normalization(JsonObjectReader root, String key) {
        Optional<Normalization> normalization = root.child(key).map(TextStages::normalization);
        normalization.ifPresent(steps -> requireFew(root, key, count(steps)));
        return normalization.orElse(new Normalization.Sequence(List.of()));
    }

    private static Normalization normalization(JsonObjectReader normalizer) {
        return switch (normalizer.requireString("type")) {
            case "BertNormalizer" -> bertNormalizer(normalizer);
            case "Lowercase" -> new Normalization.Lowercase();
            case "NFC" -> new Normalization.Nfc();
            case "NFD" -> new Normalization.Nfd();
            case "NFKC" -> new Normalization.Nfkc();
            case "NFKD" -> new Normalization.Nfkd();
            case "StripAccents" -> new Normalization.StripAccents();
            case "Strip" ->
                new Normalization.Strip(normalizer.bool("strip_left", true), normalizer.bool("strip_right", true));
            case "Prepend" -> new Normalization.Prepend(shortText(normalizer, "prepend", 1));
            case "Replace" -> replacement(normalizer);
            case "Precompiled" -> precompiled(normalizer);
            case "Sequence" ->
                new Normalization.Sequence(normalizer.objects("normalizers").stream()
                        .map(TextStages::normalization)
                        .toList());
            default ->
                throw normalizer.wrong("type", NORMALIZERS, normalizer.object().get("type"));
        };
    }

    /** Of a text, or of one of the regular expressions that are read here without any, letter by letter. */
    private static Normalization replacement(JsonObjectReader normalizer) {
        JsonObjectReader pattern = normalizer.requireChild("pattern");
        String content = shortText(normalizer, "content", 0);
        if (!pattern.has("Regex")) {
            return new Normalization.Replace(shortText(pattern, "String", 1), content);
        }
        String expression = pattern.requireString("Regex");
        for (Normalization.Spaces known : Normalization.Spaces.values()) {
            if (expression.equals(known.expression())) {
                return new Normalization.ReplaceSpaces(known, content);
            }
        }
        if (expression.equals("\\n")) {
            return new Normalization.Replace("\n", content);
        }
        throw pattern.wrong(
                "Regex",
                Stream.of(Normalization.Spaces.values())
                        .map(Normalization.Spaces::expression)
                        .collect(Collectors.joining(" or ", "", " or \\n, letter by letter (no other is supported)")),
                new JsonPrimitive(expression));
    }

    /** The map of SentencePiece, in base64. */
    static Normalization.Precompiled precompiled(JsonObjectReader normalizer) {
        String key = "precompiled_charsmap";
        String text = normalizer.requireString(key);
        try {
            return new Normalization.Precompiled(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(
                    normalizer.where() + ": " + key + ": expected base64 of SentencePiece's map, found"
                            + " what is none: " + e.getMessage(),
                    e);
        }
    }

    private static Normalization bertNormalizer(JsonObjectReader normalizer) {
        boolean lowercase = normalizer.bool("lowercase", true);
        Optional<Boolean> stripAccents = normalizer.bool("strip_accents");
        return new Normalization.Bert(
                normalizer.bool("clean_text", true),
                normalizer.bool("handle_chinese_chars", true),
                stripAccents.orElse(lowercase),
                lowercase);
    }

    /** The pre-tokenizer that stands under this key; one that leaves the text whole where there is no such key. */
    static PreTokenization preTokenization(JsonObjectReader root, String key) {
        Optional<PreTokenization> preTokenization = root.child(key).map(TextStages::preTokenization);
        preTokenization.ifPresent(steps -> requireFew(root, key, count(steps)));
        return preTokenization.orElse(new PreTokenization.Sequence(List.of()));
    }

    private static PreTokenization preTokenization(JsonObjectReader preTokenizer) {
        return switch (preTokenizer.requireString("type")) {
            case "BertPreTokenizer" -> new PreTokenization.Bert();
            case "Whitespace" -> new PreTokenization.Whitespace();
            case "WhitespaceSplit" -> new PreTokenization.WhitespaceSplit();
            case "Punctuation" -> {
                preTokenizer.requireOneOf("behavior", "Isolated");
                yield new PreTokenization.Punctuation();
            }
            case "Digits" -> new PreTokenization.Digits(preTokenizer.bool("individual_digits", false));
            case "ByteLevel" ->
                new PreTokenization.ByteLevel(requireByteLevel(preTokenizer), preTokenizer.bool("use_regex", true));
            case "Metaspace" -> metaspaceWords(preTokenizer);
            case "Split" -> split(preTokenizer);
            case "Sequence" ->
                new PreTokenization.Sequence(preTokenizer.objects("pretokenizers").stream()
                        .map(TextStages::preTokenization)
                        .toList());
            default ->
                throw preTokenizer.wrong(
                        "type", PRE_TOKENIZERS, preTokenizer.object().get("type"));
        };
    }

    /** The regular expressions that are read here without any: those of GPT-2, Llama 3 and Qwen2, letter by letter. */
    private static PreTokenization split(JsonObjectReader split) {
        if (split.bool("invert", false) && split.string("behavior").equals(Optional.of("Removed"))) {
            return wordsOfClip(split);
        }
        split.requireOneOf("behavior", "Isolated");
        if (split.bool("invert", false)) {
            throw split.wrong(
                    "invert", "false (no other is supported)", split.object().get("invert"));
        }
        JsonObjectReader pattern = split.requireChild("pattern");
        String expression = pattern.requireString("Regex");
        if (expression.equals(PreTokenization.Gpt2.PATTERN)) {
            return new PreTokenization.Gpt2();
        }
        for (PreTokenization.Cl100k known : CL100K) {
            if (expression.equals(known.pattern())) {
                return known;
            }
        }
        throw pattern.wrong(
                "Regex",
                "that of GPT-2, of Llama 3 or of Qwen2, letter by letter (no other is supported)",
                new JsonPrimitive(expression));
    }

    /** The regular expressions of CLIP, letter by letter: what they find are the words, and all else is taken out. */
    private static PreTokenization wordsOfClip(JsonObjectReader split) {
        JsonObjectReader pattern = split.requireChild("pattern");
        String expression = pattern.requireString("Regex");
        for (PreTokenization.Clip known : List.of(new PreTokenization.Clip(true), new PreTokenization.Clip(false))) {
            if (expression.equals(known.pattern())) {
                return known;
            }
        }
        throw pattern.wrong(
                "Regex", "that of CLIP, letter by letter (no other is supported)", new JsonPrimitive(expression));
    }

    private static PreTokenization metaspaceWords(JsonObjectReader preTokenizer) {
        return new PreTokenization.Metaspace(
                character(preTokenizer, "replacement", null),
                switch (prependScheme(preTokenizer)) {
                    case "always" -> PreTokenization.Metaspace.PrependScheme.ALWAYS;
                    case "first" -> PreTokenization.Metaspace.PrependScheme.FIRST;
                    default -> PreTokenization.Metaspace.PrependScheme.NEVER;
                },
                preTokenizer.bool("split", true));
    }

    private static int count(Normalization normalization) {
        return normalization instanceof Normalization.Sequence(List<Normalization> steps)
                ? 1 + steps.stream().mapToInt(TextStages::count).sum()
                : 1;
    }

    private static int count(PreTokenization preTokenization) {
        return preTokenization instanceof PreTokenization.Sequence(List<PreTokenization> steps)
                ? 1 + steps.stream().mapToInt(TextStages::count).sum()
                : 1;
    }

    // --- Decoders ---

    /** The decoder that stands under this key; tokens with spaces between where there is no such key. */
    static Decoding decoding(JsonObjectReader root, String key) {
        Optional<Decoding> decoding = root.child(key).map(TextStages::decoding);
        decoding.ifPresent(steps -> requireFew(root, key, count(steps)));
        return decoding.orElse(new Decoding.None());
    }

    private static Decoding decoding(JsonObjectReader decoder) {
        return switch (decoder.requireString("type")) {
            case "WordPiece" ->
                new Decoding.WordPiece(decoder.requireString("prefix"), requireBool(decoder, "cleanup"));
            case "Fuse" -> new Decoding.Fuse();
            case "Strip" ->
                new Decoding.Strip(
                        character(decoder, "content", null),
                        decoder.requireCount("start"),
                        decoder.requireCount("stop"));
            case "Replace" -> new Decoding.Replace(pattern(decoder), decoder.requireString("content"));
            case "ByteFallback" -> new Decoding.ByteFallback();
            case "Metaspace" -> metaspace(decoder);
            case "BPEDecoder" -> new Decoding.Bpe(requireText(decoder, "suffix"));
            case "ByteLevel" -> {
                requireByteLevel(decoder);
                yield new Decoding.ByteLevel();
            }
            case "Sequence" ->
                new Decoding.Sequence(decoder.objects("decoders").stream()
                        .map(TextStages::decoding)
                        .toList());
            default -> throw decoder.wrong("type", DECODERS, decoder.object().get("type"));
        };
    }

    /** Whether a space is put before; wherever ByteLevel stands, the tokenizers library reads it with both keys or not at all. */
    private static boolean requireByteLevel(JsonObjectReader stage) {
        requireBool(stage, "trim_offsets");
        return requireBool(stage, "add_prefix_space");
    }

    private static Decoding metaspace(JsonObjectReader decoder) {
        boolean dropsFirst = !prependScheme(decoder).equals("never");
        return new Decoding.Metaspace(character(decoder, "replacement", "\u2581"), dropsFirst);
    }

    /** Where Metaspace puts a mark before: {@code always}, {@code first} or {@code never}. Old files have {@code add_prefix_space}. */
    private static String prependScheme(JsonObjectReader metaspace) {
        metaspace.requireOneOf("prepend_scheme", "always", "first", "never");
        String scheme = metaspace.string("prepend_scheme").orElse("always");
        if (!metaspace.bool("add_prefix_space", true) && !scheme.equals("never")) {
            throw metaspace.wrong(
                    "prepend_scheme",
                    "never, as add_prefix_space is false",
                    metaspace.object().get("prepend_scheme"));
        }
        return scheme;
    }

    /** {@code {"String": "##"}}; patterns that are regular expressions are not supported. */
    private static String pattern(JsonObjectReader decoder) {
        return requireText(requireString(decoder), "String");
    }

    private static JsonObjectReader requireString(JsonObjectReader stage) {
        JsonObjectReader pattern = stage.requireChild("pattern");
        if (pattern.has("Regex")) {
            throw stage.wrong(
                    "pattern",
                    "a String (a Regex is not supported)",
                    stage.object().get("pattern"));
        }
        return pattern;
    }

    /** A text that a normalizer finds or puts into a text. */
    private static String shortText(JsonObjectReader stage, String key, int shortest) {
        String text = stage.requireString(key);
        if (text.length() < shortest || text.length() > Normalization.LONGEST) {
            throw stage.wrong(
                    key,
                    "a text of " + shortest + " to " + Normalization.LONGEST + " chars",
                    stage.object().get(key));
        }
        return text;
    }

    private static String requireText(JsonObjectReader decoder, String key) {
        String text = decoder.requireString(key);
        if (text.isEmpty()) {
            throw decoder.wrong(
                    key, "a text that is not empty", decoder.object().get(key));
        }
        return text;
    }

    private static boolean requireBool(JsonObjectReader decoder, String key) {
        return decoder.bool(key).orElseThrow(() -> decoder.wrong(key, "true or false", null));
    }

    /** One character, as a code point. */
    private static int character(JsonObjectReader decoder, String key, String absent) {
        String text = absent == null
                ? decoder.requireString(key)
                : decoder.string(key).orElse(absent);
        if (text.codePointCount(0, text.length()) != 1) {
            throw decoder.wrong(key, "one character", decoder.object().get(key));
        }
        return text.codePointAt(0);
    }

    private static int count(Decoding decoding) {
        return decoding instanceof Decoding.Sequence(List<Decoding> steps)
                ? 1 + steps.stream().mapToInt(TextStages::count).sum()
                : 1;
    }

    private static void requireFew(JsonObjectReader root, String key, int steps) {
        if (steps > MOST_STEPS) {
            throw new ModelLoadingException(
                    root.where() + ": " + key + ": expected at most " + MOST_STEPS + " steps, found " + steps);
        }
    }
}
