package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SideBySideTest {

    private static final Workload SHORT = TokenWorkload.of(1, 16);
    private static final ImageWorkload PICTURES = new ImageWorkload(4, 224);

    /** Takes the times it is told, and notes when it was asked. */
    private record Scripted(String name, float logit, Iterator<Double> times, List<String> calls) implements Contender {

        @Override
        public float[][] logits(Workload workload) {
            return new float[][] {{logit, -logit}};
        }

        @Override
        public Timing time(Workload workload, double seconds) {
            calls.add(name);
            double milliseconds = times.next();
            return new Timing(milliseconds, milliseconds - 1, 3);
        }

        @Override
        public void close() {}
    }

    @Test
    void contendersTakeTurnsAndRatiosAreFormedWithinARound() {
        List<String> calls = new ArrayList<>();
        // The machine is ten times slower in the second round; the ratio is 2 in each, as it is in truth.
        var first = new Scripted("A", 1, List.of(10.0, 100.0, 12.0).iterator(), calls);
        var second = new Scripted("B", 1, List.of(20.0, 200.0, 24.0).iterator(), calls);

        String table = SideBySide.compare(List.of(first, second), List.of(SHORT), 3, 0);

        assertEquals(List.of("A", "B", "A", "B", "A", "B"), calls);
        assertEquals("""
                | batch x tokens | A, ms (fastest) | B, ms (fastest) | A, tokens/s | B ÷ A |
                |---|--:|--:|--:|--:|
                | 1x16 | 12.0 (9.0) | 24.0 (19.0) | 1333 | 2.00 |
                """, table);
    }

    @Test
    void picturesAreCountedInImages() {
        var first = new Scripted("A", 1, List.of(800.0).iterator(), new ArrayList<>());
        var second = new Scripted("B", 1, List.of(1000.0).iterator(), new ArrayList<>());
        assertEquals("""
                | images @ pixels | A, ms (fastest) | B, ms (fastest) | A, images/s | B ÷ A |
                |---|--:|--:|--:|--:|
                | 4@224 | 800.0 (799.0) | 1000.0 (999.0) | 5.00 | 1.25 |
                """, SideBySide.compare(List.of(first, second), List.of(PICTURES), 1, 0));
    }

    @Test
    void tokensAndPicturesAreNotMixed() {
        var contender = new Scripted("A", 1, List.of(1.0).iterator(), new ArrayList<>());
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> SideBySide.compare(List.of(contender), List.of(SHORT, PICTURES), 1, 0));
        assertTrue(error.getMessage().contains("[1x16, 4@224]"), error.getMessage());
    }

    @Test
    void enginesThatDisagreeAreNotTimed() {
        List<String> calls = new ArrayList<>();
        var first = new Scripted("A", 1, List.of(1.0).iterator(), calls);
        for (float wrong : new float[] {1.001f, Float.NaN}) {
            var second = new Scripted("B", wrong, List.of(1.0).iterator(), calls);
            var error = assertThrows(
                    IllegalStateException.class,
                    () -> SideBySide.compare(List.of(first, second), List.of(SHORT), 1, 0));
            assertTrue(error.getMessage().contains("logits of B differ from those of A"), error.getMessage());
        }
        assertEquals(List.of(), calls);
    }

    @Test
    void aDifferenceIsRelativeToLargeLogitsAndInfiniteForOtherShapes() {
        assertEquals(0.5, SideBySide.largestDifference(new float[][] {{0.5f}}, new float[][] {{0}}));
        assertEquals(0.25, SideBySide.largestDifference(new float[][] {{4, 1}}, new float[][] {{4, 2}}));
        assertEquals(Double.POSITIVE_INFINITY, SideBySide.largestDifference(new float[][] {{1}}, new float[][] {{1, 1}
        }));
        assertEquals(Double.POSITIVE_INFINITY, SideBySide.largestDifference(new float[][] {{1}}, new float[][] {}));
    }

    @Test
    void workloadsAreReadAsTheyAreWritten() {
        for (String text : List.of("1x1", "8x128", "3+9+16", "1@1", "4@224")) {
            assertEquals(text, Workload.parse(text).toString());
        }
        assertEquals(PICTURES, Workload.parse("4@224"));
        assertEquals(TokenWorkload.of(3, 4), Workload.parse("4+4+4"));
        for (String text : List.of(
                "", "x", "8x", "0x5", "5x0", "1x2x3", "3+", "3,4", "-1x5", "@", "4@", "0@8", "8@0", "1@2@3",
                "1@40000")) {
            assertThrows(IllegalArgumentException.class, () -> Workload.parse(text), text);
        }
    }

    @Test
    void aRaggedWorkloadIsPaddedWithZeros() {
        TokenWorkload workload = new TokenWorkload(List.of(1, 3));
        assertEquals(4, workload.units());
        // (7919 row + 104729 column) mod 1999 + 1
        assertArrayEquals(new long[][] {{1, 0, 0}, {1923, 705, 1486}}, workload.inputIds());
        assertArrayEquals(new long[][] {{1, 0, 0}, {1, 1, 1}}, workload.attentionMask());
    }

    @Test
    void pixelValuesFollowTheRule() {
        // (7919 i mod 257 - 128) / 128
        float[] pixelValues = new ImageWorkload(2, 1).pixelValues();
        assertArrayEquals(
                new float[] {-128 / 128f, 81 / 128f, 33 / 128f, -15 / 128f, -63 / 128f, -111 / 128f}, pixelValues, 0f);
        // 7919 i no longer fits an int
        float[] many = new ImageWorkload(2, 320).pixelValues();
        assertEquals(2 * 3 * 320 * 320, many.length);
        for (float value : many) {
            assertTrue(value >= -1 && value <= 1 && value * 128 == Math.rint(value * 128), () -> "value " + value);
        }
    }

    /** The expected logits are what {@code peers/time_pytorch.py} answers: both make the same batches, and the same of them. */
    @Test
    void theAnswersAreThoseOfPyTorch() {
        float[][] ofTexts = {{-2.6286831f, 2.5232625f}, {0.53226566f, -0.61418521f}, {0.67625737f, -0.69894421f}};
        float[][] ofPictures = {
            {-1.1960039f, 0.2658183f, -1.5451232f, -0.11123918f, -1.8018116f},
            {-1.8819393f, -1.3391547f, -0.90667498f, -1.2420371f, 0.23989969f}
        };
        Path sentiment = Path.of("..", "cli/src/main/resources/io/tesserae/cli/models/sentiment");
        Path pictures = Path.of("..", "testdata", "fixtures", "vit-classify");
        assertAnswers(ofTexts, sentiment, "3+9+16", "2@32");
        assertAnswers(ofPictures, pictures, "2@32", "3+9+16");
    }

    private static void assertAnswers(float[][] expected, Path model, String workload, String ofTheOtherKind) {
        try (Contender tesserae = new TesseraeContender(model, 2)) {
            double difference = SideBySide.largestDifference(expected, tesserae.logits(Workload.parse(workload)));
            assertTrue(difference <= 1e-5, () -> model + " differs by " + difference);
            assertEquals(1, tesserae.time(Workload.parse(workload), 0).runs());
            Workload other = Workload.parse(ofTheOtherKind);
            var error = assertThrows(IllegalArgumentException.class, () -> tesserae.logits(other));
            assertTrue(error.getMessage().startsWith("workload " + ofTheOtherKind), error.getMessage());
        }
    }

    @Test
    void timingCountsRunsAfterTheWarmUp() {
        int[] calls = {0};
        Timing timing = Timing.of(0, () -> calls[0]++);
        assertEquals(1, timing.runs());
        assertEquals(3, calls[0]);
        assertEquals(2.5, Timing.median(4, 1, 3, 2));
        assertEquals(1000, new Timing(16, 15, 1).unitsPerSecond(SHORT));
        assertEquals(5, new Timing(800, 799, 1).unitsPerSecond(PICTURES));
    }

    @Test
    void unknownOptionsAndMissingValuesAreRefused() {
        Map<String, String> options = SideBySide.options("--model", "m", "--threads", "2");
        assertEquals("2", options.get("--threads"));
        assertEquals("5", options.get("--rounds"));
        assertThrows(IllegalArgumentException.class, () -> SideBySide.options("--model", "m", "--thread", "2"));
        assertThrows(IllegalArgumentException.class, () -> SideBySide.options("--model"));
        assertThrows(IllegalArgumentException.class, () -> SideBySide.options());
    }

    @Test
    void aMissingGraphNamesTheScriptThatMakesIt(@TempDir Path folder) {
        var error = assertThrows(IllegalArgumentException.class, () -> new OnnxRuntimePeer(folder, 1));
        assertTrue(error.getMessage().contains("export_onnx.py"), error.getMessage());
    }

    /** A process that says nothing and ends: the message must hold what it complained of. */
    @Test
    void aPythonThatFailsIsQuoted(@TempDir Path folder) throws Exception {
        Path script = Files.writeString(folder.resolve("time_pytorch.py"), "");
        Path missing = folder.resolve("no-python");
        assertThrows(UncheckedIOException.class, () -> new PyTorchPeer(missing, script, folder, 1));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path notJava = Files.writeString(folder.resolve("Broken.java"), "not a program");
        var error = assertThrows(IllegalStateException.class, () -> new PyTorchPeer(java, notJava, folder, 1));
        assertTrue(error.getMessage().contains("no class declared"), error.getMessage());
    }

    @Test
    void thePeakIsPositiveAndCountsItsOperations() {
        assertEquals(2.0 * 12 * 4, FmaPeak.operations(4) / FloatVector.SPECIES_PREFERRED.length());
        assertTrue(FmaPeak.gigaflops(0.05) > 0);
    }
}
