package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.StreamingDecoder;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All the files that a tokenizer is made of, as a {@link Bundle}: tokenizer.json, tokenizer_config.json, special_tokens_map.json,
 * added_tokens.json, vocab.txt, config.json. What is loaded has to encode a text and decode it again.
 */
public final class TokenizerTarget implements FuzzTarget {

    private static final TokenizerTarget TARGET = new TokenizerTarget();

    private static final String TEXT = "[CLS] Hello, wörld! unaffable <x> [MASK] 東京 \uD83D\uDE00 a\u0301 ##ing";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "tokenizer";
    }

    @Override
    public long read(byte[] input) {
        use(AutoTokenizer.fromPretrained(Bundle.parse(input).modelFiles()));
        return 0;
    }

    /**
     * Decodes tokens one by one, and all at once.
     *
     * @throws IllegalStateException if that makes two texts
     */
    static void requireStreamedAlike(Tokenizer tokenizer, int[] ids) {
        StreamingDecoder decoder = tokenizer.streamingDecoder(false);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        if (!text.append(decoder.finish()).toString().equals(tokenizer.decode(ids))) {
            throw new IllegalStateException("the tokens one by one make another text than all at once");
        }
    }

    /** Whatever tokenizer was loaded, it can encode, and decode what it encoded. */
    static void use(Tokenizer tokenizer) {
        Encoding encoding = tokenizer.encode(TEXT, "pair");
        encoding.tokens();
        encoding.offsets();
        tokenizer.decode(encoding.inputIds(), true, true);
        tokenizer.decode(encoding.inputIds(), false);
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(8 << 20, 512);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        String vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n,\n!\nun\n##aff\n##able\n##ing\na\n";
        seeds.put("vocabulary-alone", bundle(Map.of("vocab.txt", vocabulary)));
        String[] classes = {"BertTokenizer", "DistilBertTokenizerFast", "PreTrainedTokenizerFast"};
        for (String name : classes) {
            Map<String, String> files = new LinkedHashMap<>();
            files.put("tokenizer_config.json", tokenizerConfig(name));
            files.put("tokenizer.json", tokenizerJson());
            files.put("vocab.txt", vocabulary);
            seeds.put(name, bundle(files));
        }
        seeds.put(
                "steps",
                bundle(Map.of(
                        "tokenizer.json",
                        tokenizerJson()
                                .replace("{\"type\": \"BertPreTokenizer\"}", """
                        {"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type":
                        "Punctuation", "behavior": "Isolated"}, {"type": "Digits", "individual_digits": true}]}""")
                                .replaceFirst("\\{\"type\": \"BertNormalizer\"[^}]*}", """
                        {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Lowercase"}, {"type": "StripAccents"},
                        {"type": "Strip", "strip_left": true, "strip_right": false}, {"type": "BertNormalizer"}]}"""))));
        Map<String, String> old = new LinkedHashMap<>();
        old.put("config.json", "{\"model_type\": \"distilbert\"}");
        old.put("special_tokens_map.json", "{\"unk_token\": \"[UNK]\", \"additional_special_tokens\": [\"<x>\"]}");
        old.put("added_tokens.json", "{\"<x>\": 13, \"<y>\": 14}");
        old.put("tokenizer.json", tokenizerJson());
        seeds.put("old-files", bundle(old));
        return seeds;
    }

    private static byte[] bundle(Map<String, String> texts) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return Bundle.write(files);
    }

    private static String tokenizerConfig(String tokenizerClass) {
        return """
                {"tokenizer_class": "%s", "do_lower_case": true, "strip_accents": null, "model_max_length": 512,
                "tokenize_chinese_chars": true, "unk_token": "[UNK]", "sep_token": {"content": "[SEP]", "lstrip": false},
                "padding_side": "right", "truncation_side": "left", "split_special_tokens": false,
                "added_tokens_decoder": {"13": {"content": "<x>", "lstrip": true, "rstrip": true, "single_word": false,
                "normalized": true, "special": false}}, "extra_special_tokens": {"image_token": "<i>"}}""".formatted(tokenizerClass);
    }

    /** As the fixtures' own, with a vocabulary that a mutator finds its way through. */
    private static String tokenizerJson() {
        return """
                {"version": "1.0", "truncation": {"direction": "Right"}, "padding": {"direction": "Left"},
                "added_tokens": [{"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true}],
                "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
                "post_processor": {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}}},
                "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
                "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4,
                "hello": 5, ",": 6, "!": 7, "un": 8, "##aff": 9, "##able": 10, "##ing": 11, "a": 12}}}""";
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "\n=== vocab.txt\n",
                "\n=== tokenizer.json\n",
                "\n=== tokenizer_config.json\n",
                "=== config.json\n",
                "\n=== special_tokens_map.json\n",
                "\n=== added_tokens.json\n",
                "tokenizer_class",
                "BertTokenizer",
                "PreTrainedTokenizerFast",
                "model_type",
                "added_tokens_decoder",
                "added_tokens",
                "content",
                "id",
                "ids",
                "single_word",
                "lstrip",
                "rstrip",
                "normalized",
                "special",
                "unk_token",
                "pad_token",
                "bos_token",
                "additional_special_tokens",
                "extra_special_tokens",
                "normalizer",
                "pre_tokenizer",
                "normalizers",
                "pretokenizers",
                "Lowercase",
                "NFD",
                "StripAccents",
                "Strip",
                "Whitespace",
                "WhitespaceSplit",
                "Punctuation",
                "Digits",
                "post_processor",
                "decoder",
                "model",
                "vocab",
                "merges",
                "BertProcessing",
                "sep",
                "cls",
                "model_max_length",
                "max_len",
                "max_input_chars_per_word",
                "continuing_subword_prefix",
                "SpecialToken",
                "Sequence",
                "special_tokens");
    }

    @Override
    public int longestInput() {
        return 6 << 10;
    }
}
