package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a vocabulary of pieces with scores, as a {@link Bundle}: tokenizer.json with SentencePiece's map of characters, and
 * tokenizer_config.json. What is loaded has to encode a text and decode it.
 */
public final class UnigramTarget implements FuzzTarget {

    private static final UnigramTarget TARGET = new UnigramTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "unigram";
    }

    @Override
    public long read(byte[] input) {
        ModelFiles files = Bundle.parse(input).modelFiles();
        SentencePieceTarget.use(AutoTokenizer.fromPretrained(files));
        SentencePieceTarget.use(AutoTokenizer.fromPretrained(files, AutoTokenizer.Reading.CLASS));
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(16 << 20, 1024);
    }

    @Override
    public Map<String, byte[]> seeds() {
        String model = """
                "model": {"type": "Unigram", "unk_id": 3, "byte_fallback": false, "vocab": [["<s>", 0.0], ["<pad>", 0.0],
                ["</s>", 0.0], ["<unk>", 0.0], ["\u2581", -2.0], ["a", -3.0], ["b", -3.5], ["\u2581ab", -1.5], ["fi", -4.25],
                ["<0xC3>", -9.0], ["<mask>", 0.0]]}""";
        String stages = """
                "added_tokens": [{"id": 0, "content": "<s>", "special": true}, {"id": 10, "content": "<mask>", "lstrip": true}],
                "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true},
                "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 0}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
                "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true},""";
        String map = Base64.getEncoder().encodeToString(SentencePieceTarget.map());
        String precompiled = """
                "normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "%s"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},""".formatted(map);
        String forms = """
                "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Strip", "strip_left": false,
                "strip_right": true}, {"type": "Replace", "pattern": {"String": "``"}, "content": "a"}]},""";
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("precompiled", bundle("{" + precompiled + stages + model + "}", "XLMRobertaTokenizer"));
        seeds.put("forms", bundle("{" + forms + stages + model + "}", "PreTrainedTokenizerFast"));
        seeds.put(
                "bytes",
                bundle(
                        "{" + stages + model.replace("\"byte_fallback\": false", "\"byte_fallback\": true") + "}",
                        "AlbertTokenizer"));
        return seeds;
    }

    private static byte[] bundle(String json, String named) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                "tokenizer_config.json", ("{\"tokenizer_class\": \"" + named + "\"}").getBytes(StandardCharsets.UTF_8));
        files.put("tokenizer.json", json.getBytes(StandardCharsets.UTF_8));
        return Bundle.write(files);
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "\n=== tokenizer.json\n",
                "\n=== tokenizer_config.json\n",
                "Unigram",
                "unk_id",
                "byte_fallback",
                "vocab",
                "Precompiled",
                "precompiled_charsmap",
                "Metaspace",
                "prepend_scheme",
                "WhitespaceSplit",
                "Replace",
                "Regex",
                " {2,}",
                "NFKC",
                "NFKD",
                "\u2581",
                "<0x41>");
    }

    @Override
    public int longestInput() {
        return 12 << 10;
    }
}
