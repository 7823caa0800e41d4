package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The first law: the same checkpoint and input give the same 32-bit floats at every vector width, on the scalar kernels, with
 * any number of threads, interpreted and compiled. Whole models run in JVMs of their own, and every bit of every logit,
 * hidden state and attention map goes into the digest that is compared.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameBitsTest {

    private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";
    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");

    /** Enough that the C2 compiler has long replaced what ran first. */
    private static final int MANY_PASSES = 1000;

    /** Scalar kernels take longer, and are compiled after fewer passes: they loop over single values. */
    private static final int SOME_PASSES = 60;

    private Path temporary;

    private final List<Path> checkpoints = new ArrayList<>();
    private Map<String, String> expected;

    /** What one JVM printed: the kernels, and for every checkpoint the digest of its first and of its last pass. */
    private record Run(
            String kernels, Map<String, String> firstDigests, Map<String, String> lastDigests, String errors) {}

    @BeforeAll
    void runOnceAsUsers(@TempDir Path made) throws Exception {
        temporary = made;
        // Three heads of 32, and sizes that are no multiples of a tile.
        Path wide = temporary.resolve("wide");
        new RandomCheckpoint(300, 64, 96, 3, 200, 2, 5).write(wide);
        checkpoints.addAll(List.of(
                wide,
                BundledModel.SENTIMENT,
                FIXTURES.resolve("distilbert-sst2"),
                Packed.checkpoint(FIXTURES.resolve("distilbert-fp16")),
                FIXTURES.resolve("distilbert-bf16-sharded"),
                Packed.checkpoint(FIXTURES.resolve("odd-head-size-7")),
                Packed.checkpoint(FIXTURES.resolve("odd-head-size-33")),
                FIXTURES.resolve("odd-head-size-1"),
                Packed.checkpoint(FIXTURES.resolve("odd-seventeen-labels")),
                FIXTURES.resolve("sentence-embedding"),
                FIXTURES.resolve("vit-classify"),
                FIXTURES.resolve("vit-base"),
                FIXTURES.resolve("deit-distilled"),
                FIXTURES.resolve("dinov2-classify"),
                FIXTURES.resolve("dinov2-swiglu"),
                FIXTURES.resolve("dinov2-registers")));
        try (Stream<Path> folders = Files.list(FIXTURES)) {
            folders.filter(folder -> folder.getFileName().toString().startsWith("activation-"))
                    .sorted()
                    .map(Packed::checkpoint)
                    .forEach(checkpoints::add);
        }
        Run run = run(2, checkpoints, VECTOR_MODULE);
        assertEquals(checkpoints.size(), run.firstDigests.size());
        assertEquals(run.firstDigests, run.lastDigests);
        expected = run.firstDigests;
        assertEquals(checkpoints.size(), expected.values().stream().distinct().count(), "digests differ by model");
    }

    /** Ways to compute: what it is, passes, how many of the checkpoints, which kernels it must come to, flags. */
    static Stream<Arguments> ways() {
        boolean x86 = System.getProperty("os.arch").matches("amd64|x86_64");
        List<Arguments> ways = new ArrayList<>(List.of(
                way("one thread", 2, 100, "vector", VECTOR_MODULE, "-Dtesserae.threads=1"),
                way("two threads", 2, 100, "vector.* 2 threads", VECTOR_MODULE, "-Dtesserae.threads=2"),
                way("five threads", 2, 100, "vector.* 5 threads", VECTOR_MODULE, "-Dtesserae.threads=5"),
                way("scalar kernels", 2, 100, "scalar", VECTOR_MODULE, "-Dtesserae.kernels=scalar"),
                way("scalar kernels, compiled", SOME_PASSES, 1, "scalar", VECTOR_MODULE, "-Dtesserae.kernels=scalar"),
                way("before vectors are compiled", 2, 100, "vector", VECTOR_MODULE, "-Dtesserae.kernels=warming"),
                way("and after", MANY_PASSES, 1, "vector", VECTOR_MODULE, "-Dtesserae.kernels=warming"),
                way("compiled by C2", MANY_PASSES, 1, "vector", VECTOR_MODULE),
                way("compiled by C1 only", 2, 2, "vector", VECTOR_MODULE, "-XX:TieredStopAtLevel=1"),
                way("interpreted", 2, 1, "scalar", "-Xint", VECTOR_MODULE, "-Dtesserae.kernels=scalar")));
        if (x86) {
            ways.add(way("AVX-512", 2, 100, "vector", VECTOR_MODULE, "-XX:UseAVX=3"));
            ways.add(way("AVX2", 2, 100, "vector, (256|128)", VECTOR_MODULE, "-XX:UseAVX=2"));
            ways.add(way("AVX2, compiled by C2", MANY_PASSES, 1, "vector", VECTOR_MODULE, "-XX:UseAVX=2"));
        }
        ways.add(way("128 bits", 2, 100, "vector, 128", VECTOR_MODULE, "-XX:MaxVectorSize=16"));
        ways.add(way("128 bits, compiled by C2", MANY_PASSES, 1, "vector", VECTOR_MODULE, "-XX:MaxVectorSize=16"));
        ways.add(way("vectors of 64 bits", 2, 100, "scalar", VECTOR_MODULE, "-XX:MaxVectorSize=8"));
        ways.add(way("vectors of 32 bits", 2, 1, "scalar", VECTOR_MODULE, "-XX:MaxVectorSize=4"));
        return ways.stream();
    }

    private static Arguments way(String name, int passes, int checkpoints, String kernels, String... flags) {
        return Arguments.of(name, passes, checkpoints, kernels, List.of(flags));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void everyWayGivesTheSameBits(String name, int passes, int count, String kernels, List<String> flags)
            throws Exception {
        List<Path> some = checkpoints.subList(0, Math.min(count, checkpoints.size()));
        Run run = run(passes, some, flags.toArray(String[]::new));
        assertTrue(run.kernels.matches(kernels + ".*"), run.kernels);
        assertSameBits(some, run);
    }

    @Test
    void withoutTheVectorModuleTheBitsAreTheSameAndOneWarningNamesTheFlag() throws Exception {
        List<Path> some = checkpoints.subList(0, 3);
        Run run = run(2, some);
        assertTrue(run.kernels.startsWith("scalar"), run.kernels);
        assertSameBits(some, run);
        assertEquals(2, run.errors.split("--add-modules jdk\\.incubator\\.vector", -1).length, run.errors);
        assertEquals(2, run.errors.split("WARNING", -1).length, run.errors);
    }

    private void assertSameBits(List<Path> some, Run run) {
        for (Path checkpoint : some) {
            String name = checkpoint.getFileName().toString();
            assertEquals(expected.get(name), run.firstDigests.get(name), name + ", first pass");
            assertEquals(expected.get(name), run.lastDigests.get(name), name + ", last pass");
        }
    }

    private Run run(int passes, List<Path> folders, String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-Xmx1g"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DigestOfModels.class.getName()));
        command.add(String.valueOf(passes));
        folders.forEach(folder -> command.add(folder.toString()));
        Path output = Files.createTempFile(temporary, "output", ".txt");
        Path errors = Files.createTempFile(temporary, "errors", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(180, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("no end after three minutes: " + command + "\n" + Files.readString(errors));
        }
        assertEquals(0, process.exitValue(), () -> command + "\n" + read(errors));
        List<String> lines = Files.readAllLines(output);
        Map<String, String> first = new TreeMap<>();
        Map<String, String> last = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(" ");
            first.put(fields[0], fields[1]);
            last.put(fields[0], fields[2]);
        }
        return new Run(lines.getFirst().replaceFirst("kernels ", ""), first, last, Files.readString(errors));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
