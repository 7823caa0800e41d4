package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said beside the answers, and where these go. */
class VerbosityTest {

    private static final String TOO_LONG = "film ".repeat(1000);

    @Test
    void quietSaysNothingButErrors() {
        Run warned = Run.of("run", "sentiment-analysis", TOO_LONG);
        assertTrue(warned.err().contains("warning"), warned.err());
        assertEquals(new Run(0, warned.out(), ""), Run.of("run", "sentiment-analysis", "--quiet", TOO_LONG));
        Run failed = Run.of("run", "image-classification", "--quiet", "missing.png");
        assertEquals(1, failed.exitCode());
        assertEquals(1, failed.err().lines().count());
    }

    @Test
    void verboseSaysWhatIsLoadedAndFromWhere() {
        String model = Run.fixture("distilbert-sst2");
        String[] command = {"run", "text-classification", "--model", model, "--threads", "2", "A film.", "--verbose"};
        Run run = Run.of(command);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, run.lines().size());
        assertTrue(run.err().lines().allMatch(line -> line.matches("tesserae: \\d+\\.\\d{3} s: .+")), run.err());
        for (String part : List.of(model, "threads: 2", "kernels: ", "loaded", "inputs: 1")) {
            assertTrue(run.err().contains(part), run.err());
        }
    }

    @Test
    void everyCommandHasBothButNotTogether() {
        for (String command : List.of(
                "run",
                "serve",
                "tokenize",
                "forward",
                "inspect",
                "bench",
                "download",
                "cache",
                "cache list",
                "cache verify",
                "cache remove")) {
            String help = Run.of((command + " --help").split(" ")).out();
            assertTrue(help.contains("--quiet") && help.contains("--verbose"), help);
        }
        assertEquals(2, Run.of("tokenize", "--quiet", "--verbose", "x").exitCode());
    }

    @Test
    void anOutputFileIsThereWhenItIsComplete(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("answers.jsonl"), "old\n");
        for (String format : List.of("json", "text")) {
            String[] command = {"run", "sentiment-analysis", "--output", format, "A dull film.", "So good!"};
            Run expected = Run.of(command);
            String[] toFile = Stream.concat(Stream.of(command), Stream.of("--output-file", file.toString()))
                    .toArray(String[]::new);
            assertEquals(new Run(0, "", ""), Run.of(toFile));
            assertEquals(expected.out(), Files.readString(file));
            assertEquals(List.of(file), list(folder));
        }
    }

    @Test
    void aRunThatFailsLeavesTheOutputFileAsItWas(@TempDir Path folder) throws IOException {
        String[] command = {
            "run",
            "sentiment-analysis",
            "--output",
            "json",
            "--input",
            "-",
            "--output-file",
            folder.resolve("x").toString()
        };
        Run failed = Run.withInput("good\n{\n", command);
        assertEquals(1, failed.exitCode());
        assertEquals(List.of(), list(folder));
        Path old = Files.writeString(folder.resolve("x"), "old");
        assertEquals(1, Run.withInput("good\n{\n", command).exitCode());
        assertEquals("old", Files.readString(old));

        String[] skipping = Stream.concat(Stream.of(command), Stream.of("--on-error", "skip"))
                .toArray(String[]::new);
        assertEquals(3, Run.withInput("good\n{\n", skipping).exitCode());
        assertEquals(2, Files.readAllLines(old).size());
        assertEquals(List.of(old), list(folder));

        Run folderNamed = Run.of("run", "sentiment-analysis", "x", "--output-file", folder.toString());
        assertEquals(1, folderNamed.exitCode());
        assertTrue(folderNamed.err().contains("is a folder"), folderNamed.err());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
