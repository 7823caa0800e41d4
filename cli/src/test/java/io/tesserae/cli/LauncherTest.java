package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.fakehub.FakeHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher itself, as a process. It runs a copy beside a build that is made of the class folders, so that it neither
 * builds while Maven builds nor needs the jars.
 */
class LauncherTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path launcher;
    private Interruption interruption;
    private final List<Process> started = new ArrayList<>();

    /** How a process is told to end: as Ctrl-C does, or as a service manager does. */
    private enum Interruption {
        INT(130),
        TERM(143);

        private final int exitCode;

        Interruption(int exitCode) {
            this.exitCode = exitCode;
        }

        /**
         * A job that a script starts in the background ignores Ctrl-C, and so does all that it starts, a build and its tests too: a
         * shell then survives its own interrupt. There the other signal must do.
         */
        static Interruption here() throws Exception {
            Process shell = new ProcessBuilder("/bin/sh", "-c", "kill -INT $$; exit 0").start();
            return shell.waitFor() == 0 ? TERM : INT;
        }
    }

    /** Whatever a test does, no JVM stays behind. */
    @AfterEach
    void endWhatWasStarted() throws Exception {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @BeforeEach
    void knowHowToInterrupt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        interruption = Interruption.here();
    }

    @BeforeEach
    void copyBeside() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")) && Files.isDirectory(Path.of("/dev/fd")));
        launcher = Files.copy(ROOT.resolve("tesserae"), folder.resolve("tesserae"));
        Path modules = Files.createDirectories(folder.resolve("cli/target/modules"));
        for (String jar : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            Path path = Path.of(jar).toAbsolutePath();
            if (path.endsWith("target/classes")) {
                copy(path, modules.resolve(path.getParent().getParent().getFileName()));
            } else if (jar.matches(
                            ".*/(gson|picocli|progressbar|jline-terminal|jline-native|error_prone_annotations|commons-(csv|io|codec)|jetty-[a-z0-9-]+|prometheus-metrics-[a-z-]+|slf4j-(api|simple))-[^/]+")
                    || jar.matches(
                            ".*/tesserae-(engine|tokenizer|loaders|pipelines|training|server|example-generalist)-[^/]+\\.jar")) {
                Files.copy(path, modules.resolve(path.getFileName()));
            }
        }
        Files.createDirectories(folder.resolve("cli/target/launcher"));
        Files.createFile(folder.resolve("cli/target/launcher/built"));
    }

    /** Not a link: the JVM looks for packages in folders of its own only. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    @Test
    void answersOnStandardOutputAndNothingElseAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("tesserae"));
        Run run = launch(link, Map.of("LC_ALL", "C"), "tokenize", "--output", "json", "na\u00EFve  \"$HOME\" *");
        assertEquals("", run.err());
        assertEquals(0, run.exitCode(), run.toString());
        assertEquals(
                Run.of("tokenize", "--output", "json", "na\u00EFve  \"$HOME\" *")
                        .out(),
                run.out());
    }

    @Test
    void failuresKeepTheirCodesAndTheirOneLine() throws Exception {
        String[][] failures = {{"run", "nonsense", "x"}, {"inspect", "/nonexistent"}};
        for (String[] arguments : failures) {
            assertEquals(Run.of(arguments), launch(launcher, Map.of(), arguments));
        }
    }

    @Test
    void whatTheJvmHasToSayArrives() throws Exception {
        Run run = launch(launcher, Map.of("TESSERAE_JAVA_OPTIONS", "-Xmx1k"), "--version");
        assertEquals(1, run.exitCode());
        assertTrue((run.out() + run.err()).contains("heap"), run.toString());
    }

    @Test
    void saysWhichJavaItFound() throws Exception {
        Run run = launch(launcher, Map.of(), "--print-java-home");
        assertEquals(System.getProperty("java.home") + "\n", run.out());
    }

    @Test
    void whoStopsADownloadFindsItsBeginningLater() throws Exception {
        try (FakeHub server = new FakeHub()) {
            server.repository("someone/sentiment").commit(HubCommandsTest.files("distilbert-sst2"));
            server.throttle(100_000);
            Map<String, String> environment = Map.of(
                    "HF_HOME", folder.toString(),
                    "HF_HUB_CACHE", "",
                    "HF_HUB_OFFLINE", "0",
                    "NO_PROXY", "127.0.0.1,localhost",
                    "HF_ENDPOINT", server.endpoint().toString());
            Process process = start(launcher, environment, "download", "someone/sentiment");
            while (!Files.exists(folder.resolve("err"))
                    || !Files.readString(folder.resolve("err")).contains("model.safetensors")) {
                assertTrue(process.isAlive());
                Thread.sleep(20);
            }
            Thread.sleep(500);
            interrupt(process);
            Run stopped = finish(process);
            assertEquals(interruption.exitCode, stopped.exitCode(), stopped.toString());
            assertEquals("", stopped.out());

            server.throttle(100_000_000);
            Run resumed = launch(launcher, environment, "download", "someone/sentiment");
            assertEquals(0, resumed.exitCode(), resumed.toString());
            assertTrue(resumed.err().contains(" are there"), resumed.err());
            assertEquals(
                    resumed.out(),
                    launch(launcher, environment, "download", "someone/sentiment")
                            .out());
        }
    }

    @Test
    void whoIsInterruptedHasWholeLinesAndKnowsHowMany() throws Exception {
        Path reviews = folder.resolve("reviews.txt");
        Files.writeString(reviews, "A moving and funny film.\n".repeat(2_000_000));
        Process process = start(
                launcher, Map.of(), "run", "sentiment-analysis", "--output", "json", "--input", reviews.toString());
        while (!Files.exists(folder.resolve("out")) || Files.size(folder.resolve("out")) == 0) {
            assertTrue(process.isAlive());
            Thread.sleep(20);
        }
        interrupt(process);
        Run stopped = finish(process);
        assertEquals(interruption.exitCode, stopped.exitCode(), stopped.err());
        List<String> lines = stopped.out().lines().toList();
        assertTrue(stopped.out().endsWith("}\n"), "the last line is whole");
        assertEquals(1, lines.stream().distinct().count());
        assertEquals("tesserae: interrupted; the first " + lines.size() + " inputs are answered\n", stopped.err());
    }

    @Test
    void whoWritesAFileAndIsInterruptedIsNotToldOfAnswersThatAreGone() throws Exception {
        Path answers = folder.resolve("answers");
        Process process = startOneLongBatch("--output-file", answers.toString());
        interrupt(process);
        Run stopped = finish(process);
        assertEquals(interruption.exitCode, stopped.exitCode(), stopped.err());
        assertTrue(stopped.err().contains("tesserae: interrupted; nothing is written"), stopped.err());
        assertFalse(stopped.err().contains("are answered"), stopped.err());
        assertFalse(Files.exists(answers));
    }

    @Test
    void whoInsistsIsNotMadeToWaitForTheBatch() throws Exception {
        Process process = startOneLongBatch();
        interrupt(process);
        assertFalse(process.waitFor(3, TimeUnit.SECONDS), "the first signal lets the batch come to its end");
        long begin = System.nanoTime();
        interrupt(process);
        Run stopped = finish(process);
        assertEquals(interruption.exitCode, stopped.exitCode(), stopped.err());
        assertEquals("", stopped.out());
        assertFalse(stopped.err().contains("interrupted"), stopped.err());
        assertTrue(System.nanoTime() - begin < 3e9, "took " + (System.nanoTime() - begin) / 1e9 + " s");
    }

    /** Waits until a batch is under way that takes longer than anybody waits: nothing is compiled. */
    private Process startOneLongBatch(String... further) throws Exception {
        Path reviews = folder.resolve("long.txt");
        Files.writeString(reviews, ("film ".repeat(100) + "\n").repeat(1000));
        List<String> arguments = new ArrayList<>(List.of(
                "run", "sentiment-analysis", "--verbose", "--batch-size", "1000", "--input", reviews.toString()));
        arguments.addAll(List.of(further));
        Process process = start(launcher, Map.of("TESSERAE_JAVA_OPTIONS", "-Xint"), arguments.toArray(String[]::new));
        while (!Files.readString(folder.resolve("err")).contains("the model is loaded")) {
            assertTrue(process.isAlive(), () -> "ended");
            Thread.sleep(20);
        }
        Thread.sleep(500);
        return process;
    }

    private Run launch(Path script, Map<String, String> environment, String... arguments) throws Exception {
        return finish(start(script, environment, arguments));
    }

    private Process start(Path script, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/bash", script.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        process.getOutputStream().close();
        return process;
    }

    private void interrupt(Process process) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + interruption, String.valueOf(process.pid()))
                        .start()
                        .waitFor());
    }

    private Run finish(Process process) throws Exception {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "hangs");
        return new Run(
                process.exitValue(),
                Files.readString(folder.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(folder.resolve("err"), StandardCharsets.UTF_8));
    }
}
