package io.tesserae.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What transformers generates with the same decoder and the same settings (testdata/make_generation_cases.py). */
class GenerationCasesTest {

    private static final int POSITIONS = 64;

    static List<String> cases() throws IOException {
        Path file = Path.of("..", "testdata", "generation-cases.txt.gz");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
            return lines.lines().toList();
        }
    }

    @Test
    void casesAreMany() throws IOException {
        Set<String> options = new HashSet<>();
        for (String line : cases()) {
            config(fields(line))
                    .toString()
                    .transform(GenerationCasesTest::names)
                    .forEach(options::add);
        }
        assertTrue(cases().size() >= 200, "cases: " + cases().size());
        assertTrue(options.size() >= 30, "options: " + options);
    }

    private static Stream<String> names(String config) {
        return GenerationOption.all().stream()
                .map(GenerationOption::optionName)
                .filter(name -> config.contains("{" + name + "=") || config.contains(" " + name + "="));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAreTheReferences(String line) {
        Map<String, String> fields = fields(line);
        int[][] prompts = lists(fields.get("prompts"));
        GenerationConfig config = config(fields);
        FormulaDecoder decoder = new FormulaDecoder(
                Long.parseLong(fields.get("seed")),
                Integer.parseInt(fields.get("vocabulary")),
                POSITIONS,
                prompts.length);
        Generator generator =
                new Generator(config.with(GenerationOption.OUTPUT_SCORES, true)).withPadding(padding(prompts));
        Generated generated = generator.generate(decoder, prompts, 1);
        if (fields.containsKey("scores")) {
            compareScores(fields.get("scores").split("\\|"), generated);
        } else {
            compareSequences(fields, generated, config.get(GenerationOption.NUM_BEAMS) > 1);
        }
    }

    /** What the reference puts before each prompt; no rule of these cases looks at what it is. */
    private static int[][] padding(int[][] prompts) {
        int width =
                Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
        return Arrays.stream(prompts)
                .map(prompt -> new int[width - prompt.length])
                .toArray(int[][]::new);
    }

    private static void compareScores(String[] rows, Generated generated) {
        assertEquals(rows.length, generated.scores().size());
        for (int row = 0; row < rows.length; row++) {
            String[] expected = rows[row].split(",");
            for (int token = 0; token < expected.length; token++) {
                float score = generated.scores().get(row).get(0, token);
                float wanted =
                        expected[token].equals("-") ? Float.NEGATIVE_INFINITY : Float.parseFloat(expected[token]);
                if (score != wanted) { // so that infinities are compared too
                    assertEquals(
                            wanted, score, 1e-5f * Math.max(1, Math.abs(wanted)), "row " + row + " token " + token);
                }
            }
        }
    }

    private static void compareSequences(Map<String, String> fields, Generated generated, boolean isBeams) {
        int[][] expected = lists(fields.get("sequences"));
        assertEquals(expected.length, generated.sequences().length);
        for (int row = 0; row < expected.length; row++) {
            int[] found = generated.sequences()[row];
            // what the reference fills with comes behind
            int[] filled = Arrays.copyOf(found, expected[row].length);
            Arrays.fill(filled, found.length, filled.length, generated.fill());
            assertArrayEquals(expected[row], filled, "row " + row);
        }
        boolean isRagged = fields.get("kind").startsWith("ragged");
        if (!isRagged) {
            assertArrayEquals(expected, generated.padded());
        }
        if (isBeams) {
            String[] scores = fields.get("sequences_scores").split(",");
            for (int row = 0; row < scores.length; row++) {
                float wanted = Float.parseFloat(scores[row]);
                assertEquals(wanted, generated.sequencesScores()[row], 3e-6f * Math.max(1, Math.abs(wanted)));
            }
            assertArrayEquals(lists(fields.get("beam_indices")), generated.beamIndices());
        }
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String word : line.split(" ")) {
            int sign = word.indexOf('=');
            fields.put(word.substring(0, sign), word.substring(sign + 1));
        }
        return fields;
    }

    private static GenerationConfig config(Map<String, String> fields) {
        GenerationConfig config = GenerationConfig.DEFAULTS;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (field.getKey().startsWith("config.")) {
                GenerationOption<?> option = GenerationOption.named(
                                field.getKey().substring("config.".length()))
                        .orElseThrow();
                config = config.withChecked(option, value(option.kind(), field.getValue()));
            }
        }
        return config;
    }

    private static Object value(GenerationOption.Kind kind, String text) {
        return switch (kind) {
            case INTEGER -> Integer.valueOf(text);
            case NUMBER -> Double.valueOf(text);
            case TRUTH -> Boolean.valueOf(text);
            case IDS -> ids(text);
            case ID_LISTS ->
                Arrays.stream(text.split("\\|")).map(GenerationCasesTest::ids).toList();
            case STRINGS -> List.of(text);
            case BIASES -> {
                Map<List<Integer>, Double> biases = new LinkedHashMap<>();
                for (String pair : text.split("\\|")) {
                    biases.put(
                            ids(pair.substring(0, pair.indexOf(':'))),
                            Double.valueOf(pair.substring(pair.indexOf(':') + 1)));
                }
                yield biases;
            }
            case DECAY ->
                new ExponentialDecay(
                        Integer.parseInt(text.substring(0, text.indexOf(':'))),
                        Double.parseDouble(text.substring(text.indexOf(':') + 1)));
            case EARLY_STOPPING ->
                switch (text) {
                    case "true" -> EarlyStopping.YES;
                    case "false" -> EarlyStopping.NO;
                    default -> EarlyStopping.NEVER;
                };
        };
    }

    private static List<Integer> ids(String text) {
        return Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }

    private static int[][] lists(String text) {
        return Arrays.stream(text.split("\\|", -1))
                .map(row -> row.isEmpty()
                        ? new int[0]
                        : Arrays.stream(row.split(","))
                                .mapToInt(Integer::parseInt)
                                .toArray())
                .toArray(int[][]::new);
    }
}
