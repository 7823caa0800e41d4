package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.PreTokenization;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * The files of a byte-level vocabulary or one of LLaMA's type, as a {@link Bundle}: vocab.json and merges.txt, or tokenizer.json, and
 * tokenizer_config.json. What is loaded has to encode a text and decode it, at once and token by token.
 */
public final class BytePairTarget implements FuzzTarget {

    private static final BytePairTarget TARGET = new BytePairTarget();

    private static final String VOCABULARY = """
            {"a": 0, "b": 1, "ab": 2, "\u0120": 3, "\u0120a": 4, "\u0120ab": 5, "\u00c3": 6, "\u00a9": 7, "\u00c3\u00a9": 8, "'": 9, "s": 10,
            "'s": 11, "<|endoftext|>": 12, "<s>": 13, "</s>": 14, "<unk>": 15}""";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "byte-pair";
    }

    @Override
    public long read(byte[] input) {
        ModelFiles files = Bundle.parse(input).modelFiles();
        use(AutoTokenizer.fromPretrained(files));
        use(AutoTokenizer.fromPretrained(files, AutoTokenizer.Reading.CLASS));
        return 0;
    }

    private static void use(Tokenizer tokenizer) {
        TokenizerTarget.use(tokenizer);
        int[] ids = tokenizer
                .encode("ab ab\u00e9's \uD83D\uDE00 <|endoftext|>\n a" + "ab".repeat(40))
                .inputIds();
        TokenizerTarget.requireStreamedAlike(tokenizer, ids);
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
        String merges = "#version: 0.2\na b\n\u0120 a\n\u0120a b\n\u00c3 \u00a9\n' s\n";
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String name : List.of("GPT2Tokenizer", "RobertaTokenizer")) {
            Map<String, String> files = new LinkedHashMap<>();
            files.put(
                    "tokenizer_config.json",
                    "{\"tokenizer_class\": \"" + name + "\", \"add_prefix_space\": true, \"add_bos_token\": false}");
            files.put("vocab.json", VOCABULARY);
            files.put("merges.txt", merges);
            seeds.put(name, bundle(files));
        }
        String json = """
                {"added_tokens": [{"id": 12, "content": "<|endoftext|>", "special": true}],
                "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
                "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false},
                "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
                "model": {"unk_token": null, "fuse_unk": false, "vocab": %s, "merges": ["a b", ["\u0120", "a"], "\u0120a b"]}}""".formatted(VOCABULARY);
        seeds.put("letter", bundle(Map.of("tokenizer.json", json)));
        seeds.put(
                "unknown",
                bundle(Map.of("tokenizer.json", json.replace("\"unk_token\": null, \"fuse_unk\": false", """
                        "type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "ignore_merges": true"""))));
        seeds.put(
                "llama3",
                bundle(Map.of(
                        "tokenizer.json",
                        json.replaceFirst("\"pre_tokenizer\": \\{[^}]*}", Matcher.quoteReplacement("""
                        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "invert": false,
                        "pattern": {"Regex": "%s"}}, {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}""".formatted(
                                        new PreTokenization.Cl100k(3).pattern().replace("\\", "\\\\")))))));
        addByteFallback(seeds);
        return seeds;
    }

    private static void addByteFallback(Map<String, byte[]> seeds) {
        String json = """
                {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}, {"id": 1, "content": "<s>", "special": true},
                {"id": 13, "content": "<x>", "normalized": true, "lstrip": true}],
                "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}, "pre_tokenizer": null,
                "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
                {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true, "vocab": {"<unk>": 0, "<s>": 1,
                "</s>": 2, "<0xC3>": 3, "<0xA9>": 4, "\u2581": 5, "a": 6, "b": 7, "ab": 8, "\u2581ab": 9, "<0xF0>": 10, "<0x9F>": 11,
                "\u2581\u2581": 12}, "merges": ["a b", "\u2581 ab", "\u2581 \u2581"]}}""";
        String named = "{\"tokenizer_class\": \"LlamaTokenizer\", \"legacy\": true, \"add_prefix_space\": true}";
        seeds.put("byte-fallback", bundle(Map.of("tokenizer.json", json, "tokenizer_config.json", named)));
        seeds.put("metaspace", bundle(Map.of("tokenizer.json", json.replace("\"pre_tokenizer\": null", """
                        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": true}"""))));
    }

    private static byte[] bundle(Map<String, String> texts) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return Bundle.write(files);
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "\n=== vocab.json\n",
                "\n=== merges.txt\n",
                "\n=== tokenizer.json\n",
                "\n=== tokenizer_config.json\n",
                "#version",
                "a b\n",
                "\r\n",
                "\u0120",
                "tokenizer_class",
                "GPT2Tokenizer",
                "RobertaTokenizer",
                "add_prefix_space",
                "trim_offsets",
                "use_regex",
                "ByteLevel",
                "Split",
                "Sequence",
                "RobertaProcessing",
                "TemplateProcessing",
                "processors",
                "ignore_merges",
                "fuse_unk",
                "byte_fallback",
                "LlamaTokenizer",
                "Metaspace",
                "prepend_scheme",
                "replacement",
                "Prepend",
                "Replace",
                "ByteFallback",
                "<0xC3>",
                "\u2581",
                "dropout",
                "merges",
                "vocab");
    }

    @Override
    public int longestInput() {
        return 6 << 10;
    }
}
