package io.tesserae.loaders.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.generation.EarlyStopping;
import io.tesserae.generation.ExponentialDecay;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generation settings from files. */
class GenerationConfigJsonTest {

    @TempDir
    private Path folder;

    private static GenerationConfig parse(String text) {
        return GenerationConfigJson.parse(new JsonObjectReader(
                StrictJson.parseObject(text, "generation_config.json"), "generation_config.json", ""));
    }

    @Test
    void everyKindOfValueIsRead() {
        GenerationConfig config = parse("""
                {"max_length": 30, "num_beams": 4, "early_stopping": "never", "length_penalty": 2, "do_sample": false,
                 "eos_token_id": [3, 5], "forced_eos_token_id": 3, "pad_token_id": -1, "bad_words_ids": [[1], [2, 3]],
                 "sequence_bias": [[[7], -2.5], [[7, 8], 1]], "exponential_decay_length_penalty": [3, 1.4],
                 "stop_strings": ["a", "b"], "temperature": 0, "min_length": null,
                 "transformers_version": "4.30.0", "_from_model_config": true, "use_cache": true, "num_beam_groups": 1,
                 "diversity_penalty": 0.0, "guidance_scale": null}""");
        assertEquals(30, config.get(GenerationOption.MAX_LENGTH));
        assertEquals(4, config.get(GenerationOption.NUM_BEAMS));
        assertEquals(EarlyStopping.NEVER, config.get(GenerationOption.EARLY_STOPPING));
        assertEquals(2.0, config.get(GenerationOption.LENGTH_PENALTY));
        assertTrue(config.isSet(GenerationOption.DO_SAMPLE));
        assertEquals(List.of(3, 5), config.get(GenerationOption.EOS_TOKEN_ID));
        assertEquals(List.of(3), config.get(GenerationOption.FORCED_EOS_TOKEN_ID));
        assertEquals(-1, config.get(GenerationOption.PAD_TOKEN_ID));
        assertEquals(List.of(List.of(1), List.of(2, 3)), config.get(GenerationOption.BAD_WORDS_IDS));
        assertEquals(Map.of(List.of(7), -2.5, List.of(7, 8), 1.0), config.get(GenerationOption.SEQUENCE_BIAS));
        assertEquals(new ExponentialDecay(3, 1.4), config.get(GenerationOption.EXPONENTIAL_DECAY_LENGTH_PENALTY));
        assertEquals(List.of("a", "b"), config.get(GenerationOption.STOP_STRINGS));
        assertFalse(config.isSet(GenerationOption.MIN_LENGTH));
        assertEquals(50, config.get(GenerationOption.TOP_K));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"max_new_tokens\": 0",
                "\"max_length\": 2147483648",
                "\"max_length\": 20.0",
                "\"max_length\": \"20\"",
                "\"num_beams\": true",
                "\"num_beams\": 0",
                "\"do_sample\": 1",
                "\"do_sample\": \"true\"",
                "\"early_stopping\": \"always\"",
                "\"early_stopping\": 1",
                "\"top_k\": -1",
                "\"top_p\": 1.5",
                "\"temperature\": \"hot\"",
                "\"temperature\": 1e999",
                "\"eos_token_id\": -1",
                "\"eos_token_id\": [1, null]",
                "\"eos_token_id\": [[1]]",
                "\"pad_token_id\": -2",
                "\"bad_words_ids\": []",
                "\"bad_words_ids\": [[]]",
                "\"bad_words_ids\": [1]",
                "\"sequence_bias\": [[[1], \"x\"]]",
                "\"sequence_bias\": [[[1]]]",
                "\"sequence_bias\": {\"(1,)\": 2.0}",
                "\"sequence_bias\": []",
                "\"exponential_decay_length_penalty\": [1.5, 1]",
                "\"exponential_decay_length_penalty\": [1]",
                "\"exponential_decay_length_penalty\": [-1, 2.0]",
                "\"stop_strings\": [\"\"]",
                "\"stop_strings\": 3",
                "\"num_beam_groups\": 2",
                "\"diversity_penalty\": 0.5",
                "\"constraints\": []",
                "\"force_words_ids\": [[1]]",
                "\"penalty_alpha\": 0.6",
                "\"dola_layers\": \"high\"",
                "\"guidance_scale\": 1.5",
                "\"watermarking_config\": {}",
                "\"token_healing\": true",
                "\"prompt_lookup_num_tokens\": 3",
                "\"use_mtp\": true",
            })
    void whatCannotBeIsRefusedByName(String member) {
        String key = member.substring(1, member.indexOf('"', 1));
        String message = assertThrows(ModelLoadingException.class, () -> parse("{" + member + "}"))
                .getMessage();
        assertTrue(message.startsWith("generation_config.json: " + key + ": "), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void unknownKeysAreIgnored() {
        assertEquals(GenerationConfig.DEFAULTS, parse("{\"alignment_heads\": [[1, 2]], \"lang_to_id\": {}}"));
    }

    @Test
    void theFileGoesBeforeTheModelsConfiguration() throws IOException {
        assertEquals(GenerationConfig.DEFAULTS, GenerationConfigJson.read(ModelFiles.directory(folder)));
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "vision-encoder-decoder", "max_length": 16, "num_beams": 4, "n_layer": 3, "eos_token_id": 9,
                 "decoder": {"eos_token_id": 7, "pad_token_id": 8, "num_beams": 3, "max_length": 5}}""");
        GenerationConfig old = GenerationConfigJson.read(ModelFiles.directory(folder));
        assertEquals(
                GenerationConfig.DEFAULTS
                        .with(GenerationOption.MAX_LENGTH, 16)
                        .with(GenerationOption.NUM_BEAMS, 4)
                        .with(GenerationOption.EOS_TOKEN_ID, List.of(9))
                        .with(GenerationOption.PAD_TOKEN_ID, 8),
                old);
        Files.writeString(folder.resolve("generation_config.json"), "{\"num_beams\": 2}");
        assertEquals(
                GenerationConfig.DEFAULTS.with(GenerationOption.NUM_BEAMS, 2),
                GenerationConfigJson.read(ModelFiles.directory(folder)));
    }

    /** Any value under any key is either taken or refused by the file's name. */
    @Test
    void noValueDoesHarm() {
        Random random = new Random(1);
        String[] values = {
            "0",
            "-1",
            "1",
            "7",
            "0.5",
            "1e400",
            "-0",
            "1e-400",
            "99999999999999999999",
            "true",
            "false",
            "null",
            "\"\"",
            "\"never\"",
            "\"a\"",
            "[]",
            "[1]",
            "[[1]]",
            "[[1, 2], [3]]",
            "[[[1], 2.0]]",
            "[[[], 2.0]]",
            "[[[1], null]]",
            "[null]",
            "[true]",
            "[1, 2.5]",
            "[2.5, 1]",
            "{}",
            "{\"a\": 1}",
            "[\"a\"]",
            "[[\"a\"]]",
            "[-1]",
            "[[-1]]"
        };
        int taken = 0;
        for (int i = 0; i < 5000; i++) {
            List<GenerationOption<?>> options = GenerationOption.all();
            String key = options.get(random.nextInt(options.size())).optionName();
            String text = "{\"" + key + "\": " + values[random.nextInt(values.length)] + "}";
            try {
                parse(text);
                taken++;
            } catch (ModelLoadingException e) {
                assertTrue(e.getMessage().startsWith("generation_config.json: " + key), text);
            }
        }
        assertTrue(taken > 500 && taken < 4000, "taken: " + taken);
    }
}
