package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Messages;
import io.tesserae.cli.console.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

class UsageTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--help",
                "help",
                "help run",
                "run --help",
                "run ner --help",
                "run text-generation --help",
                "run image-to-text --help",
                "run --help attention-map",
                "run --model DIR semantic-search -h",
                "train --help",
                "help train",
                "train text-classification --help",
                "help train sentence-embedding",
                "serve --help",
                "tokenize -h",
                "help forward",
                "generate --help",
                "inspect --help",
                "bench --help",
                "help download",
                "download --help",
                "completion --help",
                "cache",
                "help cache",
                "cache help",
                "cache --help",
                "cache help list",
                "cache list --help",
                "cache verify -h",
                "cache remove --help"
            })
    void helpIsOnStandardOutput(String arguments) {
        Run run = Run.of(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertEquals(0, run.exitCode());
        assertEquals("", run.err());
        assertTrue(run.out().contains("Usage  tesserae"), run.out());
        assertTrue(run.lines().stream().allMatch(line -> line.length() <= 100), run.out());
    }

    /** A line that is too long would be broken by picocli as well, where nobody reads on. */
    @Test
    void whatIsBrokenIntoLinesIsBrokenOnce() {
        requireShortLines(Main.commandLine());
    }

    private static void requireShortLines(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        for (String[] text : List.of(usage.description(), usage.footer())) {
            for (String paragraph : String.join("\n", text).split("\n\n")) {
                String[] lines = paragraph.strip().split("\n");
                assertTrue(
                        lines.length == 1
                                || Arrays.stream(lines).allMatch(line -> line.length() <= command.getUsageHelpWidth()),
                        paragraph);
            }
        }
        command.getSubcommands().values().forEach(UsageTest::requireShortLines);
    }

    @Test
    void theCompletionScriptKnowsEveryCommandAndIsAScript() throws Exception {
        Run run = Run.of("completion");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(run, Run.of("completion", "zsh"));
        for (String word : List.of("run", "train", "tokenize", "bench", "completion", "--output-file", "verify")) {
            assertTrue(run.out().contains(word), word);
        }
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        Path script = Files.writeString(folder.resolve("script"), run.out());
        Process shell = new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        "source " + script + " && complete -p tesserae && COMP_WORDS=(tesserae comp)"
                                + " COMP_CWORD=1 && _complete_tesserae && echo \"${COMPREPLY[*]}\"")
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, shell.waitFor(), said);
        assertTrue(said.endsWith("\ncompletion\n"), said);
    }

    /** What the shell offers is what the command takes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run sent                   | sentiment-analysis sentence-embedding sentence-similarity",
                "run ner --on-error ''      | fail skip",
                "run ner --aggregation ''   | none simple first average max",
                "run ner --weights ''       | float32 float16 bfloat16 int8",
                "run ner --output ''        | text json csv npy safetensors",
                "run agent --environment '' | cart-pole pendulum grid-world",
                "train fill                 | fill-mask",
                "train fill-mask --optim '' | adamw_torch sgd",
                "bench --output ''          | text json",
                "cache list --output ''     | text json",
            })
    void aShellOffersTheWordsThatAreTaken(String written, String offered) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        Path script =
                Files.writeString(folder.resolve("script"), Run.of("completion").out());
        Process shell = new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        "compopt() { :; }; source " + script + "; COMP_WORDS=(tesserae " + written
                                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_tesserae; echo \"${COMPREPLY[*]}\"")
                .redirectErrorStream(true)
                .start();
        assertEquals(offered + "\n", new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void aMessageNamesWhatWasWritten() {
        assertStartsWith("tesserae: unknown command 'nonsense' (try", Run.of("nonsense"));
        assertStartsWith("tesserae cache: unknown command 'nonsense' (try", Run.of("cache", "nonsense"));
        assertStartsWith(
                "tesserae run ner: --labels belongs to zero-shot-classification and zero-shot-image-classification, not to ner (try 'tesserae run ner --help')\n",
                Run.of("run", "ner", "--labels", "a", "x"));
        assertStartsWith("tesserae: absent.safetensors: no such file\n", Run.of("inspect", "absent.safetensors"));
        Path absent = folder.resolve("absent");
        assertStartsWith(
                "tesserae: " + absent.resolve("answers") + ": there is no folder " + absent + "\n",
                Run.of(
                        "run",
                        "sentiment-analysis",
                        "x",
                        "--output-file",
                        absent.resolve("answers").toString()));
    }

    private static void assertStartsWith(String expected, Run run) {
        assertTrue(run.err().startsWith(expected), run.err());
    }

    @Test
    void versionSaysWhichJavaAndWhichKernels() {
        Run run = Run.of("--version");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().matches("(?s)tesserae .+\nJava 2.+(vector|scalar).*\n"), run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "--nonsense",
                "run",
                "run nonsense x",
                "run sentiment-analysis",
                "run sentiment-analysis --nonsense x",
                "run sentiment-analysis --quiet --verbose x",
                "--verbose run sentiment-analysis --quiet x",
                "run sentiment-analysis --top-k 0 x",
                "run sentiment-analysis --top-k some x",
                "run sentiment-analysis --batch-size x x",
                "run sentiment-analysis --batch-size 0 x",
                "run sentiment-analysis --threads 0 x",
                "run sentiment-analysis --threads -1 x",
                "run sentiment-analysis --threads 99999999999 x",
                "run sentiment-analysis --threads 100000 x",
                "run sentiment-analysis --weights int4 x",
                "bench --model m --weights FLOAT16",
                "run sentiment-analysis --output xml x",
                "run sentiment-analysis --aggregation simple x",
                "run sentiment-analysis --labels a x",
                "run ner x",
                "run ner",
                "run ner --aggregation best x",
                "run ner --aggregation SIMPLE x",
                "run ner --aggregation",
                "run ner --stride 3 x",
                "run ner --stride -1 --aggregation simple x",
                "run ner --model ../testdata/fixtures/bert-ner --stride 3 --aggregation none x",
                "run token-classification --top-k 3 x",
                "run fill-mask [MASK]",
                "run fill-mask --targets , [MASK]",
                "run fill-mask --aggregation none [MASK]",
                "run feature-extraction --pool x",
                "run feature-extraction",
                "run zero-shot-classification x",
                "run zero-shot-classification --labels , x",
                "run zero-shot-classification --labels a x",
                "run zero-shot-classification --labels a --candidate-labels b x",
                "run zero-shot-classification --labels a --hypothesis-template x x",
                "run zero-shot-classification --labels a --top-k 1 x",
                "run sentiment-analysis --input - x",
                "run sentiment-analysis --model",
                "run sentiment-analysis --output json --output text x",
                "tokenize",
                "tokenize --max-length -1 x",
                "forward",
                "forward --model x",
                "forward --model x --feed y",
                "inspect",
                "inspect a b",
                "help nonsense",
                "cache help nonsense",
                "completion fish",
                "bench x",
                "bench --model x --batch 0",
                "bench --model x --length 1.5",
                "bench --model x --lengths [1,0]",
                "bench --model x --lengths [1,2.5]",
                "bench --model x --lengths []",
                "bench --model x --lengths {}",
                "bench --model x --lengths [1,",
                "bench --model x --lengths [[1]]",
                "bench --model x --lengths [1] --batch 2",
                "bench --model x --seconds -1",
                "bench --model x --seconds NaN",
                "run sentiment-analysis --model not!a!name x",
                "run sentiment-analysis --model a--b/c x",
                "run sentiment-analysis --model name@ x",
                "run sentiment-analysis --model name@../up x",
                "tokenize --model name@a@b x",
                "inspect hub:name",
                "run sentiment-analysis --revision main x",
                "run sentiment-analysis --model name@a --revision b x",
                "run sentiment-analysis --model name@main --revision b x",
                "run sentiment-analysis --model name --revision ../up x",
                "run sentiment-analysis --model src --revision main x",
                "run sentiment-analysis --model name --offline=maybe x",
                "tokenize --revision main x",
                "tokenize --model ../testdata/fixtures/bert-ner --revision main x",
                "forward --model ./absent --revision main --feed a --out b",
                "bench --model name@a --revision b",
                "inspect name@a --revision b",
                "inspect pom.xml --revision b",
                "download name name@a --revision b",
                "download name --revision",
                "download",
                "download ./x",
                "download name --output xml",
                "cache nonsense",
                "cache list x",
                "cache verify ..",
                "cache remove",
                "cache remove a/b/c",
                "cache remove x --force",
            })
    void badUsageIsOneLineWithAHint(String arguments) {
        Run run = Run.of(arguments.split(" "));
        assertEquals(2, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().matches("(?s)tesserae.*: .+ \\(try 'tesserae.* --help'\\)\n"), run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "rnu x, run",
        "help rnu, run",
        "cache help lsit, list",
        "cache lsit, list",
        "run sentimant-analysis x, sentiment-analysis",
        "run sentiment-analysis --otuput json x, --output",
        "run sentiment-analysis --modle m x, --model",
        "run sentiment-analysis --output jsno x, json",
        "run ner --aggregation frist x, first",
        "run ner --aggregation SIMPLE x, simple",
        "run sentiment-analysis --weights float61 x, float16",
        "run sentiment-analysis --on-error skpi x, skip",
        "download name --output jsn, json",
    })
    void aSlipOfThePenIsMet(String arguments, String meant) {
        Run run = Run.of(arguments.split(" "));
        assertEquals(2, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("; did you mean '" + meant + "'? (try '"), run.err());
    }

    @Test
    void aTextThatBeginsWithADashIsToldItsPlaceAndNonsenseIsLikeNothing() {
        for (String text : List.of("-5 degrees is cold", "-x")) {
            Run dash = Run.of("run", "sentiment-analysis", text);
            assertEquals(2, dash.exitCode());
            assertTrue(dash.err().contains("; an input that begins with a dash goes after -- (try '"), dash.err());
        }
        assertFalse(Run.of("nonsense").err().contains("did you mean"));
        assertFalse(Run.of("run", "sentiment-analysis", "--output", "xml", "x")
                .err()
                .contains("did you mean"));
    }

    @Test
    void aMessageDoesNotCommandTheTerminal() {
        for (Run run : List.of(
                Run.of("run", "evil\u001b[2J\nsecond line", "x"),
                Run.of("run", "sentiment-analysis", "--model", "evil\u001b[2J\nsecond line", "x"),
                Run.of("run", "sentiment-analysis", "--model", "nul\u0000", "x"))) {
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().chars().noneMatch(c -> c < ' ' && c != '\n'), run.err());
        }
    }

    @Test
    void aReaderThatHasGoneIsNoFailureAndAFullDiskIs() {
        assertEquals(new Run(0, "", ""), runInto("Broken pipe"));
        assertEquals(
                new Run(1, "", "tesserae: standard output: No space left on device\n"),
                runInto("No space left on device"));
    }

    private static Run runInto(String failure) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Output out = new Output(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(failure);
            }
        });
        Console console = new Console(
                InputStream.nullInputStream(),
                out,
                new PrintStream(err, true),
                Console.Terminals.NONE,
                Map.of(),
                Path.of("target"),
                new Messages());
        return new Run(Main.run(console, "tokenize", "x"), "", err.toString());
    }
}
