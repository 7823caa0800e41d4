package io.tesserae.fuzz;

import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.GenerationConfigJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The files that say how a model writes, as a {@link Bundle}: generation_config.json, or config.json where that is absent. Every option that
 * was read has to pass the check of a caller's.
 */
public final class GenerationConfigTarget implements FuzzTarget {

    private static final GenerationConfigTarget TARGET = new GenerationConfigTarget();

    /** Held, since a logger that nobody holds is forgotten with its level. */
    private static final Logger UNKNOWN_KEYS = Logger.getLogger("io.tesserae");

    private static final String FILE = "generation_config.json";

    /** Of a file: what asks for what is not supported, what is a part's, and the values that are words. */
    private static final List<String> WORDS = List.of(
            "num_beam_groups",
            "penalty_alpha",
            "guidance_scale",
            "force_words_ids",
            "watermarking_config",
            "_from_model_config",
            "transformers_version",
            "decoder",
            "generator",
            "text_config",
            "never");

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "generation-config";
    }

    @Override
    public long read(byte[] input) {
        UNKNOWN_KEYS.setLevel(Level.OFF); // a mutated key is one: a warning for each input is none
        GenerationConfig config = GenerationConfigJson.read(Bundle.parse(input).modelFiles());
        GenerationConfig asked = GenerationConfig.DEFAULTS;
        for (GenerationOption<?> option : GenerationOption.all()) {
            if (config.isSet(option)) {
                asked = asked.withChecked(option, config.find(option).orElseThrow());
            }
        }
        if (!asked.equals(config) || !asked.over(config).equals(config)) {
            throw new IllegalStateException(config + " was read, but " + asked + " is what can be asked for");
        }
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(4 << 20, 256);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (var file : TestData.everywhere(FILE).entrySet()) {
            seeds.put(file.getKey(), Bundle.write(Map.of(FILE, file.getValue())));
        }
        seeds.put("every-kind", bundle(FILE, """
                {"max_length": 30, "num_beams": 3, "do_sample": true, "temperature": 0.7, "top_k": 5, "early_stopping": "never",
                "eos_token_id": [2, 3], "bad_words_ids": [[5], [6, 7]], "sequence_bias": [[[8, 9], -1.5], [[10], 2]],
                "exponential_decay_length_penalty": [5, 1.1], "stop_strings": ["."], "length_penalty": -1, "own_key": {}}"""));
        seeds.put("old", bundle("config.json", """
                {"model_type": "vision-encoder-decoder", "max_length": 16, "num_beams": 4, "no_repeat_ngram_size": 2,
                "decoder": {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "decoder_start_token_id": 1}}"""));
        return seeds;
    }

    private static byte[] bundle(String name, String text) {
        return Bundle.write(Map.of(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public List<String> dictionary() {
        List<String> words = new ArrayList<>(WORDS);
        GenerationOption.all().forEach(option -> words.add(option.optionName()));
        List<String> all = JsonWords.with(words.toArray(String[]::new));
        all.add("\n=== " + FILE + "\n");
        all.add("\n=== config.json\n");
        return all;
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}
