package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.cli.input.InputLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

    /** The one line that may come before an error: of texts that were cut before the line that is wrong. */
    private static final String TRUNCATION_WARNING =
            "^tesserae: warning: (the input is longer than the model takes; its end was"
                    + "|\\d+ of \\d+ inputs are longer than the model takes; their ends were) not read\n";

    /** 128 positions of the bundled model, less two special tokens. */
    private static final int LONGEST_TEXT_IN_TOKENS = 126;

    private static final String[] STDIN_JSON = {"run", "text-classification", "--output", "json", "--input", "-"};

    @Test
    void theFirstCommandOfAll() {
        Run run = Run.of("run", "sentiment-analysis", "The actors were very convincing.");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("POSITIVE 0.7780  The actors were very convincing.\n", run.out());
        assertEquals("", run.err());
    }

    @Test
    void jsonIsAnObjectAndWithTopKAnArray() {
        Run one = Run.of("run", "sentiment-analysis", "--output", "json", "A dull film.", "");
        assertEquals(2, one.lines().size());
        JsonObject first = JsonParser.parseString(one.lines().getFirst()).getAsJsonObject();
        assertEquals(List.of("label", "score"), List.copyOf(first.keySet()));
        assertEquals("NEGATIVE", first.get("label").getAsString());
        double score = first.get("score").getAsDouble();
        assertEquals((double) (float) score, score, "a float32, widened");

        for (String topK : List.of("1", "2", "9", "all")) {
            Run several = Run.of("run", "sentiment-analysis", "--output", "json", "--top-k", topK, "A dull film.");
            JsonArray labels = JsonParser.parseString(several.out()).getAsJsonArray();
            assertEquals(topK.equals("1") ? 1 : 2, labels.size());
            assertEquals(first, labels.get(0));
        }
    }

    @Test
    void linesAreStringsObjectsOrPlainText() {
        Run lines = Run.withInput("""
                "A dull film."
                {"text": "A dull film."}
                {"text_pair": null, "text": "A dull film."}
                A dull film.\r
                A dull film.""", STDIN_JSON);
        assertEquals(0, lines.exitCode(), lines.err());
        assertEquals(5, lines.lines().size());
        assertEquals(1, lines.lines().stream().distinct().count());

        Run pair = Run.withInput("{\"text\": \"A dull film.\", \"text_pair\": \"So good!\"}\n", STDIN_JSON);
        assertFalse(lines.lines().contains(pair.lines().getFirst()));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() {
        Run run = Run.withInput("\uFEFF{\"text\": \"x\"}\n", STDIN_JSON);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(Run.withInput("x", STDIN_JSON).out(), run.out());
    }

    @Test
    void emptyInputHasNoAnswersAndAnEmptyLineHasOne() {
        assertEquals(new Run(0, "", ""), Run.withInput("", STDIN_JSON));
        assertEquals(1, Run.withInput("\n", STDIN_JSON).lines().size());
        assertEquals(3, Run.withInput("\n\nx", STDIN_JSON).lines().size());
    }

    @Test
    void aDashIsStandardInputAndAPipeNeedsNone() {
        Run expected = Run.of("run", "sentiment-analysis", "A dull film.", "So good!");
        for (List<String> command : List.of(List.of("-"), List.of("--input", "-"), List.<String>of())) {
            List<String> arguments = new ArrayList<>(List.of("run", "sentiment-analysis"));
            arguments.addAll(command);
            assertEquals(expected, Run.withInput("A dull film.\nSo good!\n", arguments.toArray(String[]::new)));
        }
        assertEquals(0, Run.withInput("unbelievable", "tokenize").exitCode());
        assertEquals(
                2,
                Run.withInput("x", "run", "sentiment-analysis", "-", "a text").exitCode());
        assertEquals(2, Run.withInput("", "run", "sentiment-analysis").exitCode());
        assertEquals(0, Run.withInput("", "run", "sentiment-analysis", "-").exitCode());
        assertEquals(2, Run.typed("never read", "run", "sentiment-analysis").exitCode());
    }

    @Test
    void linesBeforeABadOneAreAnswered() {
        Run run = Run.withInput("x\ny\n{\"text\": 1}\nz\n", STDIN_JSON);
        assertEquals(1, run.exitCode());
        assertEquals(2, run.lines().size());
        assertTrue(run.err().startsWith("tesserae: standard input: line 3: expected a string"), run.err());
        assertEquals(1, run.err().lines().count());
    }

    @Test
    void answersDoNotDependOnBatchesOrThreads(@TempDir Path folder) throws IOException {
        String texts = IntStream.range(0, 300)
                .mapToObj(i -> "film ".repeat(i % 17) + "number " + i)
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(folder.resolve("texts.txt"), texts);
        String[] base = {"run", "text-classification", "--top-k", "all", "--output", "json", "--input", file.toString()
        };
        Run expected = Run.of(base);
        assertEquals(300, expected.lines().size());
        for (List<String> options : List.of(
                List.of("--batch-size", "1"),
                List.of("--batch-size", "7", "--threads", "3"),
                List.of("--batch-size", "2000000000", "--threads", "1"))) {
            String[] more = Arrays.copyOf(base, base.length + options.size());
            for (int i = 0; i < options.size(); i++) {
                more[base.length + i] = options.get(i);
            }
            assertEquals(expected, Run.of(more));
        }
    }

    /** The bundled model is stored as float16, and stays so; a checkpoint of float32 is rounded, and says something else. */
    @Test
    void weightsAreRoundedWhereTheyAreFloat32() {
        String[] bundled = {"run", "text-classification", "--output", "json", "a film"};
        Run expected = Run.of(bundled);
        assertEquals(0, expected.exitCode());
        String fixture = Run.FIXTURES.resolve("distilbert-sst2").toString();
        String[] rounded = {"run", "text-classification", "--output", "json", "--model", fixture, "a film"};
        Set<Run> answers = new HashSet<>(List.of(Run.of(rounded)));
        for (String precision : List.of("float32", "float16", "bfloat16")) {
            assertEquals(expected, Run.of(withWeights(bundled, precision)));
            answers.add(Run.of(withWeights(rounded, precision)));
        }
        assertEquals(3, answers.size(), answers.toString()); // float32 is what it is anyway
        assertTrue(answers.stream().allMatch(answer -> answer.exitCode() == 0), answers.toString());
    }

    private static String[] withWeights(String[] arguments, String precision) {
        String[] more = Arrays.copyOf(arguments, arguments.length + 2);
        more[arguments.length] = "--weights";
        more[arguments.length + 1] = precision;
        return more;
    }

    @Test
    void oneWarningForAllTextsThatAreTooLong() {
        String tooLong = "film ".repeat(1000);
        Run run = Run.of("run", "sentiment-analysis", tooLong, "short", tooLong);
        assertEquals(0, run.exitCode());
        assertEquals(3, run.lines().size());
        assertEquals(
                "tesserae: warning: 2 of 3 inputs are longer than the model takes; their ends were not read\n",
                run.err());
    }

    @Test
    void aHugeLineIsOneInput() {
        byte[] line = new byte[5 << 20];
        Arrays.fill(line, (byte) 'a');
        Run run = Run.withInput(line, STDIN_JSON);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, run.lines().size());
    }

    @Test
    void aLineBeyondTheLimitIsRefused() {
        byte[] line = new byte[InputLines.BYTE_LIMIT + (1 << 17)];
        Arrays.fill(line, (byte) 'a');
        Run run = Run.withInput(line, STDIN_JSON);
        assertEquals(1, run.exitCode());
        assertEquals("tesserae: standard input: line 1 is longer than the 64 MiB that are allowed\n", run.err());
    }

    @Test
    void whatATextHoldsDoesNotCommandTheTerminal() {
        Run run = Run.of("run", "sentiment-analysis", "a\u001b[31mb\nc\u202Ed");
        assertEquals(1, run.lines().size());
        assertTrue(run.out().endsWith("  a\\u001b[31mb\\nc\\u202ed\n"), run.out());
    }

    @Test
    void anAtSignAndDashesAreText() {
        assertEquals(
                0,
                Run.of("run", "sentiment-analysis", "@file", "--", "-1 star", "--output")
                        .exitCode());
    }

    @Test
    void whatWasCutBeforeALineThatIsWrongIsStillWarnedOf() {
        Run run = Run.withInput(("word ".repeat(400) + "\n\"").getBytes(StandardCharsets.UTF_8), STDIN_JSON);
        assertEquals(1, run.exitCode());
        assertEquals(
                "tesserae: warning: the input is longer than the model takes; its end was not read\n"
                        + "tesserae: standard input: line 2 is not valid JSON: Unterminated string at column 2 path $"
                        + " (a line that begins with \" or { must be JSON)\n",
                run.err());
    }

    /** Any bytes: an answer for each line, or one line that says which is wrong. */
    @Property(tries = 150)
    void anyBytesAreAnsweredOrRefused(@ForAll byte[] bytes) {
        check(bytes);
    }

    /** Likewise lines that begin as JSON does. */
    @Property(tries = 150)
    void anyAlmostJsonIsAnsweredOrRefused(@ForAll List<@net.jqwik.api.From("fragments") String> fragments) {
        check(String.join("", fragments).getBytes(StandardCharsets.UTF_8));
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<String> fragments() {
        return net.jqwik.api.Arbitraries.of(
                "{",
                "}",
                "\"",
                "text",
                "\"text\"",
                ":",
                ",",
                "\"text_pair\"",
                "null",
                "1e999",
                "[",
                "]",
                "\\",
                "\\ud800",
                "\n",
                "\r\n",
                " ",
                "é",
                "\u0000",
                "{\"text\":\"a\"}",
                "'",
                "/*",
                "NaN",
                "\uD83D\uDE00");
    }

    private static void check(byte[] bytes) {
        Run run = Run.withInput(bytes, STDIN_JSON);
        if (run.exitCode() == 0) {
            long newlines = 0;
            for (byte b : bytes) {
                newlines += b == '\n' ? 1 : 0;
            }
            boolean open = bytes.length > 0 && bytes[bytes.length - 1] != '\n';
            assertEquals(newlines + (open ? 1 : 0), run.lines().size());
        } else {
            assertEquals(1, run.exitCode());
            String error = run.err().replaceFirst(TRUNCATION_WARNING, "");
            assertTrue(error.matches("tesserae: standard input: line \\d+[: ][^\\p{Cntrl}]+\n"), run.err());
            // A token takes a byte at least, so a short input has nothing to warn of
            assertTrue(error.equals(run.err()) || bytes.length > LONGEST_TEXT_IN_TOKENS, run.err());
        }
    }
}
