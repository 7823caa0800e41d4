package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.Run;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each task is a command with options of its own, wherever on the line they stand. */
class TaskCommandsTest {

    static Stream<String> tasks() {
        return Tasks.names().stream();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void theHelpOfATaskHasItsOptionsAndAnExample(String task) {
        Run run = Run.of("run", task, "--help");
        assertEquals(0, run.exitCode(), run.err());
        String inputs = task.equals("agent") ? "\n" : " [INPUT...]\n";
        assertTrue(run.out().contains("Usage  tesserae run " + task + " [OPTIONS]" + inputs), run.out());
        assertTrue(run.out().contains("\nExample\n  "), run.out());
        assertTrue(run.lines().stream().allMatch(line -> line.length() <= 100), run.out());
    }

    @ParameterizedTest
    @CsvSource({
        "ner, --aggregation, --labels",
        "zero-shot-classification, --labels, --aggregation",
        "fill-mask, --targets, --context",
        "question-answering, --context, --targets",
        "sentence-embedding, --dimensions, --corpus",
        "semantic-search, --corpus, --query",
        "text-ranking, --query, --corpus",
        "attention-map, --output-dir, --batch-size",
        "image-feature-extraction, --pool, --top-k",
    })
    void theHelpOfATaskHasNoOptionsOfOthers(String task, String own, String foreign) {
        String help = Run.of("run", task, "--help").out();
        assertTrue(help.contains(own), help);
        assertFalse(help.contains(foreign + "="), help);
        assertFalse(help.contains(foreign + " "), help);
    }

    @Test
    void theHelpOfRunListsEveryTask() {
        String help = Run.of("run", "--help").out();
        for (String task : Tasks.names()) {
            assertTrue(help.contains(task), help);
        }
        assertEquals(help, Run.of("help", "run").out());
    }

    @Test
    void helpOfATaskIsTheTasks() {
        assertEquals(
                Run.of("run", "ner", "--help").out(),
                Run.of("help", "run", "ner").out());
        assertEquals(
                Run.of("cache", "list", "--help").out(),
                Run.of("help", "cache", "list").out());
    }

    @Test
    void anOptionOfOthersIsRefusedInOneLineThatNamesThem() {
        assertEquals(
                new Run(
                        2,
                        "",
                        "tesserae run fill-mask: --prompt belongs to sentence-embedding and sentence-similarity and"
                                + " semantic-search and sparse-embedding and image-to-text and attention-map, not to fill-mask (try 'tesserae run fill-mask --help')\n"),
                Run.of("run", "fill-mask", "--prompt=query", "a [MASK]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --top-k all sentiment-analysis --output json dull",
                "run --output json --top-k all sentiment-analysis dull",
                "run --output=json --top-k=all sentiment-analysis dull",
                "run --output json --top-k all sentiment-analysis -- dull",
                "run --output json --top-k all -- sentiment-analysis dull",
                "run --quiet --threads 1 sentiment-analysis dull --output json --top-k all",
                "--quiet run --threads 1 sentiment-analysis dull --output json --top-k all",
                "run text-classification dull --output json --top-k all",
            })
    void optionsStandBeforeTheTaskOrBehindIt(String arguments) {
        Run expected = Run.of("run", "sentiment-analysis", "--top-k", "all", "--output", "json", "dull");
        assertEquals(0, expected.exitCode(), expected.err());
        assertEquals(expected, Run.of(arguments.split(" ")));
    }

    @Test
    void aTaskWithinATextOrAValueIsNoTask() {
        assertArrayEquals(
                words("run text-ranking --query ner --model DIR ner"),
                TaskFirst.order(words("run --query ner --model DIR text-ranking ner")));
        for (String command : List.of("run ner --model DIR fill-mask", "tokenize --pair run ner", "run", "", "run -")) {
            assertArrayEquals(words(command), TaskFirst.order(words(command)));
        }
    }

    @Test
    void withoutATaskThatIsWhatIsSaid() {
        for (String command : List.of("run", "run --model DIR", "run --quiet --top-k 3", "run --")) {
            Run run = Run.of(words(command));
            assertEquals(2, run.exitCode());
            assertTrue(run.err().startsWith("tesserae run: Missing required parameter: 'TASK'; tasks are "), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
        Run unknown = Run.of("run", "--nonsense");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().startsWith("tesserae run: Unknown option: '--nonsense'"), unknown.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"run nre x", "run --model DIR nre x", "run --threads 1 nre"})
    void anUnknownTaskIsToldTheOthers(String arguments) {
        Run run = Run.of(words(arguments));
        assertEquals(2, run.exitCode());
        assertTrue(
                run.err().startsWith("tesserae run: unknown task 'nre'; tasks are text-classification, "), run.err());
        assertTrue(run.err().endsWith("; did you mean 'ner'? (try 'tesserae run --help')\n"), run.err());
    }

    private static String[] words(String command) {
        return command.isEmpty() ? new String[0] : command.split(" ");
    }
}
