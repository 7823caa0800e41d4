package io.tesserae.server.task;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.json.RequestJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the tasks that write texts have in common. */
final class Generating {

    /** What a request may set, and how far: each of these multiplies what one input costs. The others cost nothing. */
    private static final Map<GenerationOption<?>, Integer> LARGEST = Map.of(
            GenerationOption.MAX_NEW_TOKENS, 2048,
            GenerationOption.NUM_BEAMS, 16,
            GenerationOption.NUM_RETURN_SEQUENCES, 16);

    private static final List<GenerationOption<?>> OPTIONS = List.of(
            GenerationOption.MAX_NEW_TOKENS,
            GenerationOption.MIN_NEW_TOKENS,
            GenerationOption.NUM_BEAMS,
            GenerationOption.NUM_RETURN_SEQUENCES,
            GenerationOption.DO_SAMPLE,
            GenerationOption.TEMPERATURE,
            GenerationOption.TOP_K,
            GenerationOption.TOP_P,
            GenerationOption.MIN_P,
            GenerationOption.TYPICAL_P,
            GenerationOption.LENGTH_PENALTY,
            GenerationOption.REPETITION_PENALTY,
            GenerationOption.NO_REPEAT_NGRAM_SIZE);

    private static final String SEED = "seed";

    /** To try a model with: one token shows that it writes. */
    static final GenerationConfig ONE_TOKEN = GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, 1);

    private Generating() {}

    /**
     * What a request sets.
     *
     * @param others parameters that the task has besides; unknown ones are refused
     */
    static GenerationConfig config(Members parameters, String... others) {
        List<String> known = new ArrayList<>(List.of(others));
        known.add(SEED);
        OPTIONS.forEach(option -> known.add(option.optionName()));
        parameters.requireOnly(known.toArray(String[]::new));
        GenerationConfig config = GenerationConfig.DEFAULTS;
        for (GenerationOption<?> option : OPTIONS) {
            var given = parameters.value(option.optionName());
            if (given.isPresent()) {
                config = config.withChecked(option, value(option, given.get(), parameters));
            }
        }
        return config;
    }

    private static Object value(GenerationOption<?> option, JsonElement value, Members parameters) {
        String name = option.optionName();
        return switch (option.kind()) {
            case INTEGER -> {
                int number = parameters.integer(name).orElseThrow();
                int largest = LARGEST.getOrDefault(option, Integer.MAX_VALUE);
                if (number > largest) {
                    throw RequestException.validation(
                            "parameters." + name + ": expected at most " + largest + ", found " + number);
                }
                yield number;
            }
            case TRUTH -> parameters.bool(name, false);
            case NUMBER -> {
                if (!(value instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
                    throw RequestException.validation(
                            "parameters." + name + ": expected a number, found " + RequestJson.describe(value));
                }
                yield primitive.getAsDouble();
            }
            default -> throw new IllegalStateException(name);
        };
    }

    /** What a request samples with. */
    static int seed(Members parameters) {
        return parameters.integer(SEED).orElse(0);
    }

    /**
     * How many tokens are written at most.
     *
     * @param asked what a request sets
     * @param usual how the model generates where nobody says
     */
    static int tokens(GenerationConfig asked, GenerationConfig usual) {
        return asked.over(usual).find(GenerationOption.MAX_NEW_TOKENS).orElse(0);
    }

    /** A list, of one unless several were asked for. */
    static void write(JsonText json, List<GeneratedText> texts) {
        json.array(
                texts,
                (out, text) ->
                        out.begin().name("generated_text").string(text.text()).end());
    }
}
