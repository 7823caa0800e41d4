package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Messages;
import io.tesserae.cli.console.Output;
import io.tesserae.cli.input.InputLines;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A run over many inputs of which some are no good. */
class OnErrorTest {

    private static final String SHIP =
            Path.of("..", "docs", "images", "ship.jpg").toString();
    private static final String SHAPES =
            Run.FIXTURES.resolve("images").resolve("shapes.png").toString();

    /** A task, one line that it answers, and lines that it cannot. */
    static Stream<Arguments> tasks() {
        String tooLong = "word ".repeat(400);
        return Stream.of(
                Arguments.of(
                        List.of("text-classification"), "A film.", List.of("{\"text\": 1}", "\"", "{\"txt\": \"a\"}")),
                Arguments.of(
                        List.of("ner", "--model", Run.fixture("bert-ner")),
                        "Joe lived in Oslo.",
                        List.of("{", "{\"text\": \"a\", \"text\": \"b\"}")),
                Arguments.of(
                        List.of(
                                "zero-shot-classification",
                                "--model",
                                Run.fixture("distilbert-mnli"),
                                "--labels",
                                "a,b"),
                        "We love soccer.",
                        List.of("", "{\"sequence\": \"\"}", "{\"sequence\": \"x\", \"candidate_labels\": []}")),
                Arguments.of(
                        List.of("fill-mask", "--model", Run.fixture("bert-mlm")),
                        "The [MASK] was old.",
                        List.of("no mask", "", "{\"text\": null}", tooLong + "[MASK]")),
                Arguments.of(List.of("feature-extraction"), "A film.", List.of("{\"text\": \"\\ud800\"}")),
                Arguments.of(
                        List.of("question-answering", "--model", Run.fixture("distilbert-squad")),
                        "{\"question\": \"Who?\", \"context\": \"Anna.\"}",
                        List.of(
                                "{\"question\": \"Who?\", \"context\": \"\"}",
                                "{\"question\": \"Who?\"}",
                                "{\"question\": \"\", \"context\": \"Anna.\"}",
                                "{\"question\": \"" + tooLong + "\", \"context\": \"Anna.\"}",
                                "Who?")),
                Arguments.of(
                        List.of("sentence-embedding", "--model", Run.fixture("sentence-embedding")),
                        "A film.",
                        List.of("\"a\" b")),
                Arguments.of(
                        List.of("sentence-similarity", "--model", Run.fixture("sentence-embedding")),
                        "{\"source_sentence\": \"a\", \"sentences\": [\"b\"]}",
                        List.of("plain", "{\"source_sentence\": \"a\"}")),
                Arguments.of(
                        List.of("text-ranking", "--model", Run.fixture("distilbert-regression")),
                        "{\"query\": \"a\", \"documents\": [\"b\", \"c\"]}",
                        List.of("plain", "{\"query\": \"a\", \"documents\": [1]}")),
                Arguments.of(
                        List.of("image-classification"),
                        SHIP,
                        List.of(
                                "",
                                "missing.png",
                                "https://example.org/a.png",
                                "data:image/png;base64,AAAA",
                                "pom.xml")),
                Arguments.of(
                        List.of("image-feature-extraction", "--model", Run.fixture("vit-base")),
                        SHAPES,
                        List.of("missing.png", "{\"image\": 1}", "src")));
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void othersHaveTheSameAnswersInTheSamePlaces(List<String> task, String good, List<String> bad) {
        List<String> lines = new ArrayList<>(List.of(good));
        bad.forEach(line -> lines.addAll(List.of(line, good)));
        String answer = run(task, good, "--output", "json").out();
        for (String batchSize : List.of("1", "3", "64")) {
            Run json = run(
                    task,
                    String.join("\n", lines),
                    "--output",
                    "json",
                    "--on-error",
                    "skip",
                    "--batch-size",
                    batchSize);
            assertEquals(3, json.exitCode(), json.err());
            assertEquals(lines.size(), json.lines().size(), json.out());
            for (int i = 0; i < lines.size(); i++) {
                String line = json.lines().get(i);
                if (i % 2 == 0) {
                    assertEquals(answer, line + "\n");
                } else {
                    JsonObject record = JsonParser.parseString(line).getAsJsonObject();
                    assertEquals("error", record.keySet().iterator().next());
                    assertEquals(i + 1, record.get("line").getAsInt(), line);
                }
            }
            assertNamed(bad.size(), json);
        }
        Run text = run(task, String.join("\n", lines), "--on-error", "skip");
        assertEquals(3, text.exitCode(), text.err());
        assertEquals(run(task, good).out().repeat(bad.size() + 1), text.out());
        assertNamed(bad.size(), text);
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void byDefaultTheFirstEndsTheRunAfterThoseBeforeIt(List<String> task, String good, List<String> bad) {
        String answer = run(task, good, "--output", "json").out();
        for (String line : bad) {
            Run run = run(task, String.join("\n", good, good, line, good), "--output", "json");
            assertEquals(1, run.exitCode(), run.err());
            assertEquals(answer.repeat(2), run.out());
            assertTrue(run.err().matches("(?s).*tesserae: standard input: line 3[: ].*"), run.err());
        }
    }

    private static void assertNamed(int count, Run run) {
        List<String> errors =
                run.err().lines().filter(line -> !line.contains("warning")).toList();
        assertEquals(count, errors.size(), run.err());
        for (int i = 0; i < count; i++) {
            assertTrue(errors.get(i).startsWith("tesserae: standard input: line " + (2 * i + 2)), run.err());
        }
        assertFalse(run.err().contains("internal error"), run.err());
    }

    private static Run run(List<String> task, String input, String... options) {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(task);
        arguments.addAll(List.of("--input", "-"));
        arguments.addAll(List.of(options));
        return Run.withInput(input + "\n", arguments.toArray(String[]::new));
    }

    @Test
    void argumentsAreNamedByTheirNumberAndPicturesByTheirFile(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Run pictures = Run.of(
                "run",
                "image-classification",
                "--on-error",
                "skip",
                "--output",
                "json",
                SHAPES,
                broken.toString(),
                empty.toString(),
                SHIP);
        assertEquals(3, pictures.exitCode(), pictures.err());
        assertEquals(4, pictures.lines().size());
        JsonObject record = JsonParser.parseString(pictures.lines().get(1)).getAsJsonObject();
        assertEquals(List.of("error", "argument", "image"), List.copyOf(record.keySet()));
        assertEquals(broken.toString(), record.get("image").getAsString());
        assertTrue(pictures.err().lines().allMatch(line -> line.startsWith("tesserae: " + folder)), pictures.err());

        Run texts = Run.of(
                "run", "fill-mask", "--model", Run.fixture("bert-mlm"), "--on-error", "skip", "a [MASK]", "none");
        assertEquals(3, texts.exitCode());
        assertEquals(1, texts.lines().size());
        assertTrue(texts.err().startsWith("tesserae: argument 2: a text has no [MASK]"), texts.err());
    }

    @Test
    void attentionMapsAreDrawnOfTheOthers(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
        Run run = Run.of(
                "run",
                "attention-map",
                "--output",
                "json",
                "--on-error",
                "skip",
                "--output-dir",
                folder.toString(),
                SHAPES,
                broken.toString(),
                SHIP);
        assertEquals(3, run.exitCode(), run.err());
        assertEquals(
                List.of("image", "error", "image"),
                run.lines().stream()
                        .map(JsonParser::parseString)
                        .map(JsonElement::getAsJsonObject)
                        .map(object -> object.keySet().iterator().next())
                        .toList());
    }

    @Test
    void textsThatAreRankedKeepTheirNumbers() {
        Run run = Run.withInput(
                "first\n{\nthird\n",
                "run",
                "text-ranking",
                "--model",
                Run.fixture("distilbert-regression"),
                "--query",
                "q",
                "--output",
                "json",
                "--on-error",
                "skip",
                "--input",
                "-");
        assertEquals(3, run.exitCode(), run.err());
        assertEquals(1, run.lines().size());
        assertEquals(
                List.of(0, 2),
                JsonParser.parseString(run.out()).getAsJsonArray().asList().stream()
                        .map(text -> text.getAsJsonObject().get("corpus_id").getAsInt())
                        .sorted()
                        .toList());
    }

    @Test
    void optionsThatDoNotFitTheModelAreTheFaultOfNoInput() {
        for (List<String> options : List.of(
                List.of("fill-mask", "--model", Run.fixture("bert-mlm"), "--targets", "\u200b", "a [MASK]"),
                List.of(
                        "sentence-embedding",
                        "--model",
                        Run.fixture("sentence-embedding"),
                        "--dimensions",
                        "9999",
                        "a"),
                List.of("sentence-embedding", "--model", Run.fixture("sentence-embedding"), "--prompt", "none", "a"))) {
            List<String> arguments = new ArrayList<>(List.of("run", "--on-error", "skip"));
            arguments.addAll(options);
            Run run = Run.of(arguments.toArray(String[]::new));
            assertEquals(1, run.exitCode(), run.err());
            assertFalse(run.err().contains("argument 1"), run.err());
        }
    }

    @Test
    void aLineWithoutEndAndBytesThatAreNoTextAreSkippedToo() throws IOException {
        byte[] tooLong = new byte[InputLines.BYTE_LIMIT + (1 << 17)];
        Arrays.fill(tooLong, (byte) 'a');
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.write("x\n".getBytes(StandardCharsets.UTF_8));
        input.write(tooLong);
        input.write("\nx\n".getBytes(StandardCharsets.UTF_8));
        input.write(new byte[] {(byte) 0xFF, '\n', 'x', '\n'});
        Run run = Run.withInput(
                input.toByteArray(),
                "run",
                "sentiment-analysis",
                "--output",
                "json",
                "--on-error",
                "skip",
                "--input",
                "-");
        assertEquals(3, run.exitCode());
        assertEquals(5, run.lines().size());
        assertEquals(run.lines().get(0), run.lines().get(2));
        assertEquals(run.lines().get(0), run.lines().get(4));
        assertEquals(
                "tesserae: standard input: line 2 is longer than the 64 MiB that are allowed\n"
                        + "tesserae: standard input: line 4 is not valid UTF-8\n",
                run.err());
    }

    /** Who sends one line and waits for its answer has it, whether the line is good or not. */
    @Test
    @Timeout(60)
    void aStreamIsAnsweredAsItComes() throws Exception {
        PipedInputStream in = new PipedInputStream();
        PipedInputStream answers = new PipedInputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int[] exitCode = {-1};
        Thread run;
        try (PipedOutputStream sender = new PipedOutputStream(in)) {
            Console console = new Console(
                    in,
                    new Output(new PipedOutputStream(answers)),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    Console.Terminals.NONE,
                    Map.of(),
                    Path.of("target"),
                    new Messages());
            run = Thread.ofPlatform()
                    .start(() -> exitCode[0] = Main.run(
                            console,
                            "run",
                            "sentiment-analysis",
                            "--output",
                            "json",
                            "--on-error",
                            "skip",
                            "--input",
                            "-"));
            BufferedReader lines = new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8));
            for (String line : List.of("good", "{", "good")) {
                sender.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                sender.flush();
                assertEquals(line.equals("{"), lines.readLine().startsWith("{\"error\": "));
            }
        }
        run.join();
        assertEquals(3, exitCode[0]);
        assertEquals(1, err.toString(StandardCharsets.UTF_8).lines().count());
    }
}
