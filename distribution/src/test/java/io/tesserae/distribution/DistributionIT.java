package io.tesserae.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.cli.Main;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archives, unpacked in an empty folder and run as a user would. The answers are those that the README prints. */
class DistributionIT {

    private static final Path SHIP =
            Path.of("../docs/images/ship.jpg").toAbsolutePath().normalize();
    private static final String REVIEW = "The actors were very convincing.";
    private static final String ANSWER = "POSITIVE 0.7780  The actors were very convincing.\n";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    private record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void whereThereIsABash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")) && Files.isDirectory(Path.of("/dev/fd")));
    }

    @AfterEach
    void endWhatWasStarted() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void thePlainOneRunsWithAJdkThatIsNotOnThePath() throws Exception {
        Path program = unpack("plain");
        assertFalse(Files.exists(program.resolve("runtime")));
        Map<String, String> jdk = Map.of("JAVA_HOME", System.getProperty("java.home"));
        assertAnswers(program.resolve("bin/tesserae"), jdk);
        assertEquals(
                new Run(0, System.getProperty("java.home") + "\n", ""),
                run(jdk, program.resolve("bin/tesserae").toString(), "--print-java-home"));
    }

    @Test
    void theOtherOneNeedsNoJava() throws Exception {
        assumeTrue(Files.exists(archive("with.runtime")), "built with -Dskip.runtime");
        Path program = unpack("with.runtime");
        Path launcher = program.resolve("bin/tesserae");
        assertEquals(
                program.toRealPath().resolve("runtime") + "\n",
                run(Map.of(), launcher.toString(), "--print-java-home").out());
        assertAnswers(launcher, Map.of());
        // A folder that is not the user's to write in, and a user without one.
        Map<String, String> nobody = Map.of("HOME", "/nonexistent");
        assertEquals(new Run(0, ANSWER, ""), run(nobody, launcher.toString(), "run", "sentiment-analysis", REVIEW));
        // Models may lie in archives, and come over TLS.
        String modules = run(Map.of(), program.resolve("runtime/bin/java").toString(), "--list-modules")
                .out();
        assertTrue(modules.contains("jdk.zipfs@") && modules.contains("java.net.http@"), modules);
    }

    @Test
    void theJarRunsByItself() throws Exception {
        Path library = unpack("plain").resolve("lib");
        Path jar;
        try (Stream<Path> files = Files.list(library)) {
            jar = files.filter(file -> file.getFileName().toString().startsWith("tesserae-cli-"))
                    .findFirst()
                    .orElseThrow();
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertEquals(
                new Run(0, ANSWER, ""),
                run(Map.of(), java, "-jar", jar.toString(), "run", "sentiment-analysis", REVIEW));
        Run unknown = run(Map.of(), java, "-jar", jar.toString(), "run", "nonsense", "x");
        assertEquals(2, unknown.exitCode());
        assertEquals(1, unknown.err().lines().count(), unknown.err());
        String version = run(Map.of(), java, "-Xmx300m", "-jar", jar.toString(), "--version")
                .out();
        assertTrue(version.contains(", vector, ") || version.contains(", scalar"), version);
        assertFalse(version.contains("development"), version);
    }

    @Test
    void everyCommandHasAManualPageAndCompletions() throws Exception {
        Path program = unpack("plain");
        for (String command : Main.commandLine().getSubcommands().keySet()) {
            Path page = program.resolve("share/man/man1/tesserae-" + command + ".1");
            assertTrue(command.equals("help") || Files.size(page) > 500, command);
        }
        Path completions = program.resolve("completions/tesserae.bash");
        assertEquals(new Run(0, "", ""), run(Map.of(), "/bin/bash", "-n", completions.toString()));
        Run completed = run(
                Map.of(),
                "/bin/bash",
                "-c",
                "source \"$1\"; COMP_WORDS=(tesserae ins); COMP_CWORD=1; _complete_tesserae; echo \"${COMPREPLY[@]}\"",
                "bash",
                completions.toString());
        assertEquals("inspect", completed.out().strip(), completed.toString());
        for (String file : List.of("LICENSE", "README.txt", "licences/THIRD-PARTY.txt", "bin/tesserae.bat")) {
            assertTrue(Files.size(program.resolve(file)) > 0, file);
        }
        String readme = Files.readString(program.resolve("README.txt"));
        assertFalse(readme.contains("${"), readme);
    }

    private void assertAnswers(Path launcher, Map<String, String> environment) throws Exception {
        // Twice: the first run leaves an archive of classes for the second.
        for (int time = 0; time < 2; time++) {
            assertEquals(
                    new Run(0, ANSWER, ""), run(environment, launcher.toString(), "run", "sentiment-analysis", REVIEW));
        }
        assertEquals(
                new Run(0, "ship 0.9742  " + SHIP + "\n", ""),
                run(environment, launcher.toString(), "run", "image-classification", SHIP.toString()));
    }

    private static Path archive(String which) {
        return Path.of(System.getProperty("distribution." + which));
    }

    /** The only folder in it. */
    private Path unpack(String which) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(archive(which), Map.of("enablePosixFileAttributes", true))) {
            Path root = zip.getPath("/");
            List<Path> files;
            try (Stream<Path> all = Files.walk(root)) {
                files = all.toList();
            }
            for (Path file : files) {
                Path target = folder.resolve(root.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                    Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(file));
                }
            }
        }
        try (Stream<Path> unpacked = Files.list(folder)) {
            return unpacked.filter(path -> path.getFileName().toString().startsWith("tesserae-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Run run(Map<String, String> environment, String... command) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> all = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "HOME", folder.toString()));
        all.putAll(environment);
        builder.environment().clear();
        builder.environment().putAll(all);
        Process process = builder.start();
        started.add(process);
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "hangs");
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
