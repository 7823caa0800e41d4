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

    private static final Workload SHORT = Workload.of(1, 16);

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
        for (String text : List.of("1x1", "8x128", "3+9+16")) {
            assertEquals(text, Workload.parse(text).toString());
        }
        assertEquals(Workload.of(3, 4), Workload.parse("4+4+4"));
        for (String text : List.of("", "x", "8x", "0x5", "5x0", "1x2x3", "3+", "3,4", "-1x5")) {
            assertThrows(IllegalArgumentException.class, () -> Workload.parse(text), text);
        }
    }

    @Test
    void aRaggedWorkloadIsPaddedWithZeros() {
        Workload workload = new Workload(List.of(1, 3));
        assertEquals(4, workload.tokens());
        // (7919 row + 104729 column) mod 1999 + 1
        assertArrayEquals(new long[][] {{1, 0, 0}, {1923, 705, 1486}}, workload.inputIds());
        assertArrayEquals(new long[][] {{1, 0, 0}, {1, 1, 1}}, workload.attentionMask());
    }

    @Test
    void timingCountsRunsAfterTheWarmUp() {
        int[] calls = {0};
        Timing timing = Timing.of(0, () -> calls[0]++);
        assertEquals(1, timing.runs());
        assertEquals(3, calls[0]);
        assertEquals(2.5, Timing.median(4, 1, 3, 2));
        assertEquals(1000, new Timing(16, 15, 1).tokensPerSecond(SHORT));
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
