package io.tesserae.training.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingLogTest {

    @TempDir
    Path folder;

    private static LogEntry entry(long step, double loss) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("loss", loss);
        numbers.put("learning_rate", 5e-5);
        numbers.put("grad_norm", 1.25);
        return new LogEntry(step, step / 8.0, numbers);
    }

    @Test
    void theShapeOfALine() {
        assertEquals(
                "{\"step\":4,\"epoch\":0.5,\"loss\":0.75,\"learning_rate\":5.0E-5,\"grad_norm\":1.25}",
                entry(4, 0.75).toJson());
        assertEquals(
                "{\"step\":0,\"epoch\":1.0,\"a\":null,\"b\":null}", twoNumbers().toJson());
    }

    private static LogEntry twoNumbers() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("a", Double.NaN);
        numbers.put("b", Double.NEGATIVE_INFINITY);
        return new LogEntry(0, 1, numbers);
    }

    @Test
    void linesAreThereAsSoonAsTheyAreWritten() {
        Path file = folder.resolve("log.jsonl");
        try (TrainingLog log = TrainingLog.create(file)) {
            log.append(entry(1, 2.5));
            log.append(entry(2, Double.NaN));
            assertEquals(List.of(entry(1, 2.5), entry(2, Double.NaN)), TrainingLog.read(file));
            assertThrows(IllegalArgumentException.class, () -> log.append(entry(1, 2)));
        }
    }

    @Test
    void resumingCutsWhatCameAfterTheCheckpoint() throws IOException {
        Path file = folder.resolve("log.jsonl");
        try (TrainingLog log = TrainingLog.create(file)) {
            for (int step = 1; step <= 5; step++) {
                log.append(entry(step, step));
            }
        }
        Files.writeString(file, Files.readString(file) + "{\"step\":6,\"epo");
        try (TrainingLog log = TrainingLog.resume(file, 3)) {
            log.append(entry(4, 0.5));
        }
        assertEquals(List.of(entry(1, 1), entry(2, 2), entry(3, 3), entry(4, 0.5)), TrainingLog.read(file));
        Files.writeString(file, Files.readString(file) + "{\"step\":5,\"epo");
        TrainingLog.resume(file, 99).close();
        assertEquals(4, TrainingLog.read(file).size());
    }

    @Test
    void missingFilesAreNamed() {
        Path file = folder.resolve("none.jsonl");
        for (TrainingException e : List.of(
                assertThrows(TrainingException.class, () -> TrainingLog.read(file)),
                assertThrows(TrainingException.class, () -> TrainingLog.resume(file, 1)))) {
            assertTrue(
                    e.getMessage().contains("none.jsonl") && e.getMessage().contains("no such file"), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"step\":1}",
                "{\"epoch\":1,\"step\":1}",
                "{\"step\":1.0,\"epoch\":1}",
                "{\"step\":-1,\"epoch\":1}",
                "{\"step\":\"1\",\"epoch\":1}",
                "{\"step\":99999999999999999999,\"epoch\":1}",
                "{\"step\":1,\"epoch\":-1}",
                "{\"step\":1,\"epoch\":null}",
                "{\"step\":1,\"epoch\":1,\"loss\":NaN}",
                "{\"step\":1,\"epoch\":1,\"loss\":1e999}",
                "{\"step\":1,\"epoch\":1,\"loss\":\"1\"}",
                "{\"step\":1,\"epoch\":1,\"loss\":[1]}",
                "{\"step\":1,\"epoch\":1,\"loss\":1,\"loss\":2}",
                "{\"step\":1,\"epoch\":1,\"step\":2}",
                "{\"step\":1,\"epoch\":1,\"\":2}",
                "{\"step\":1,\"epoch\":1,\"\\ud800\":2}",
                "{\"step\":1,\"epoch\":1,}",
                "{\"step\":1,\"epoch\":1} {}",
                "{\"step\":1,\"epoch\":1",
                "{\"step\":1,\"epoch\":1,\"loss\":1", // as a full disk would leave it
                "{\"step\":0,\"epoch\":1}", // before the step of the line before
            })
    void badLinesAreNamed(String line) throws IOException {
        Path file = folder.resolve("log.jsonl");
        Files.writeString(file, entry(1, 1).toJson() + "\n" + line + "\n");
        String message = assertThrows(TrainingException.class, () -> TrainingLog.read(file))
                .getMessage();
        assertTrue(message.contains("log.jsonl, line 2: "), message);
    }

    @Test
    void otherBytesThanUtf8AreNamed() throws IOException {
        Path file = folder.resolve("log.jsonl");
        Files.write(file, new byte[] {(byte) 0xff, '\n'});
        String message = assertThrows(TrainingException.class, () -> TrainingLog.read(file))
                .getMessage();
        assertTrue(message.contains("line 1: expected UTF-8"), message);
    }

    @Test
    void anyNumberComesBack() {
        for (double number : new double[] {0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 1e21, 0.1f, 1 / 3.0}) {
            LogEntry entry = new LogEntry(1, 0, Map.of("x", number));
            assertEquals(entry, new LogLine(entry.toJson(), "here").entry());
        }
    }

    @Property(tries = 300)
    void anyNameComesBackOrIsRefused(@ForAll String name) {
        LogEntry entry;
        try {
            entry = new LogEntry(7, 0.5, Map.of(name, 1.0));
        } catch (IllegalArgumentException e) {
            return; // empty, or half a surrogate pair: the message is tested with bad lines
        }
        assertEquals(-1, entry.toJson().indexOf('\n'));
        assertTrue(JsonParser.parseString(entry.toJson()).isJsonObject());
        assertEquals(entry, new LogLine(entry.toJson(), "here").entry());
    }
}
