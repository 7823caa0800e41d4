package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.packed.Packed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Not one bit moves: every tensor and every answer of every fixture has the digest that was recorded of it.
 *
 * <p>The reference is only near; it does not notice a sum that is made in another order. Here that is a difference.
 * The engine promises the same bits on every machine, so the record holds on all of them. All of it is asked by the
 * command line's own words, and so it outlives whatever is built anew below them.
 */
class SameBitsTest {

    /** It lies there compressed: {@code zdiff} compares two. */
    private static final Path RECORD = Path.of("..", "testdata", "same-bits.txt");

    private static final String BETWEEN = " = ";

    /** How many differences are worth reading. */
    private static final int NAMED = 40;

    private static final String TO_RECORD = "If it is meant, record anew, and say why in the commit:"
            + " mvn test -pl cli -am -Dtest=SameBitsTest -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dtesserae.same-bits=record";

    @TempDir
    private Path folder;

    @Test
    void everyTensorAndEveryAnswerIsWhatWasRecorded() throws IOException {
        SortedMap<String, String> actual = new TreeMap<>();
        new ForwardDigests(folder).addTo(actual);
        new AnswerDigests(folder).addTo(actual);
        if ("record".equals(System.getProperty("tesserae.same-bits"))) {
            record(actual);
            return;
        }
        List<String> differences = differences(recorded(), actual);
        assertTrue(
                differences.isEmpty(),
                () -> differences.size() + " of " + actual.size() + " lines differ from " + RECORD.getFileName() + ":\n"
                        + differences.stream().limit(NAMED).collect(Collectors.joining("\n")) + "\n" + TO_RECORD);
    }

    private static void record(Map<String, String> actual) throws IOException {
        Path compressed = RECORD.resolveSibling(RECORD.getFileName() + ".gz");
        try (PrintWriter lines = new PrintWriter(
                new GZIPOutputStream(Files.newOutputStream(compressed)), false, StandardCharsets.UTF_8)) {
            actual.forEach((name, digest) -> lines.print(name + BETWEEN + digest + "\n"));
        }
    }

    private static Map<String, String> recorded() throws IOException {
        return Packed.text(RECORD)
                .lines()
                .map(line -> line.split(BETWEEN, 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    }

    private static List<String> differences(Map<String, String> recorded, Map<String, String> actual) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(recorded.keySet());
        keys.addAll(actual.keySet());
        for (String key : keys) {
            String before = recorded.get(key);
            String now = actual.get(key);
            if (before == null) {
                differences.add(key + ": not recorded yet; now " + now);
            } else if (now == null) {
                differences.add(key + ": recorded, and there no longer");
            } else if (!before.equals(now)) {
                differences.add(key + ": recorded " + before + ", now " + now);
            }
        }
        return differences;
    }
}
