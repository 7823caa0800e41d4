package io.tesserae.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run as a process of its own, which is told to end as a service manager does it: a build in the background ignores Ctrl-C. */
class InterruptedTrainingTest {

    private static final int TERMINATED = 143;

    @TempDir
    private Path folder;

    private Process process;

    @AfterEach
    void noProcessStaysBehind() throws Exception {
        process.destroyForcibly().waitFor();
    }

    @Test
    void whatIsInterruptedSavesACheckpointToGoOnFrom() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        Path data =
                Files.writeString(folder.resolve("train.tsv"), "sentence\tlabel\n" + "a funny film\t1\n".repeat(64));
        process = start(data);
        while (Files.size(folder.resolve("log")) == 0) {
            assertTrue(process.isAlive(), () -> "ended");
            Thread.sleep(20);
        }
        process.destroy(); // SIGTERM
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "hangs");
        String said = Files.readString(folder.resolve("err"));
        assertEquals(TERMINATED, process.exitValue(), said);
        assertTrue(said.contains("tesserae: interrupted; stops after this step and saves what there is\n"), said);
        assertTrue(said.contains("tesserae: stopped after step "), said);
        long steps = Files.readAllLines(folder.resolve("log")).size();
        List<String> checkpoints = checkpoints();
        assertEquals(List.of("checkpoint-" + steps), checkpoints);

        Run resumed = Run.of(arguments(data, String.valueOf(steps + 1), "--resume"));
        assertEquals(1, resumed.exitCode(), "another number of steps is another run");
        assertTrue(resumed.err().contains("max_steps"), resumed.err());
    }

    private List<String> checkpoints() throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve("out"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith("checkpoint-"))
                    .toList();
        }
    }

    private Process start(Path data) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tesserae.cli.Main"));
        command.addAll(List.of(arguments(data, "1000000")));
        return new ProcessBuilder(command)
                .redirectOutput(Files.createFile(folder.resolve("log")).toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String[] arguments(Path data, String steps, String... further) {
        List<String> arguments = new ArrayList<>(List.of("train", "text-classification"));
        arguments.addAll(List.of("--model", Run.fixture("distilbert-sst2"), "--train", data.toString()));
        arguments.addAll(List.of("--output-dir", folder.resolve("out").toString(), "--output", "json"));
        arguments.addAll(List.of("--max-steps", steps, "--logging-steps", "1", "--save-steps", "100000"));
        arguments.addAll(List.of(further));
        return arguments.toArray(String[]::new);
    }
}
