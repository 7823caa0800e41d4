package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a tokenizer of bytes, as a {@link Bundle}: tokenizer_config.json, special_tokens_map.json and added_tokens.json. What is
 * loaded has to encode a text and decode it, at once and token by token.
 */
public final class ByteTokensTarget implements FuzzTarget {

    private static final ByteTokensTarget TARGET = new ByteTokensTarget();

    private static final String PLAIN = "{\"tokenizer_class\": \"PerceiverTokenizer\"}";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "byte-tokens";
    }

    @Override
    public long read(byte[] input) {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(Bundle.parse(input).modelFiles());
        TokenizerTarget.use(tokenizer);
        int[] ids = tokenizer
                .encode("ab \u00e9 \uD83D\uDE00 [SEP] <x>\n <x><x>  [MASK]" + "<x> ".repeat(40))
                .inputIds();
        TokenizerTarget.requireStreamedAlike(tokenizer, ids);
        return 0;
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
        seeds.put("plain", bundle(Map.of("tokenizer_config.json", PLAIN)));
        Map<String, String> old = new LinkedHashMap<>();
        old.put("tokenizer_config.json", PLAIN);
        old.put("special_tokens_map.json", """
                {"mask_token": {"content": "[MASK]", "lstrip": true}, "additional_special_tokens": ["<y>"]}""");
        old.put("added_tokens.json", "{\"<x>\": 262}");
        seeds.put("old", bundle(old));
        seeds.put("flags", bundle(Map.of("tokenizer_config.json", """
                {"tokenizer_class": "PerceiverTokenizer", "model_max_length": 2048, "clean_up_tokenization_spaces": true,
                "truncation_side": "left", "padding_side": "left", "split_special_tokens": false, "unk_token": "<u>",
                "added_tokens_decoder": {"262": {"content": "<x>", "single_word": true, "lstrip": true, "rstrip": true},
                "263": {"content": "  "}}, "extra_special_tokens": ["<x>", "z"], "model_input_names": ["input_ids"]}""")));
        return seeds;
    }

    private static byte[] bundle(Map<String, String> texts) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return Bundle.write(files);
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "\n=== tokenizer_config.json\n",
                "\n=== special_tokens_map.json\n",
                "\n=== added_tokens.json\n",
                "\n=== tokenizer.json\n",
                "tokenizer_class",
                "PerceiverTokenizer",
                "added_tokens_decoder",
                "extra_special_tokens",
                "additional_special_tokens",
                "clean_up_tokenization_spaces",
                "split_special_tokens",
                "model_max_length",
                "pad_token",
                "mask_token",
                "single_word",
                "lstrip",
                "rstrip",
                "content",
                "262");
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}
