package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BenchCommandTest {

    static List<Path> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(Run.FIXTURES)) {
            List<Path> checkpoints = folders.filter(folder -> Files.exists(folder.resolve("config.json")))
                    .sorted()
                    .toList();
            assertTrue(checkpoints.size() > 40, "found " + checkpoints.size());
            return checkpoints;
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyModelIsMeasuredWithoutFurtherOptions(Path checkpoint) {
        JsonObject measured = bench("--model", Packed.checkpoint(checkpoint).toString());
        if (measured.has("images")) {
            assertEquals(1, measured.get("images").getAsInt());
        } else {
            assertEquals(1, measured.get("sequences").getAsInt());
            assertTrue(measured.get("tokens").getAsInt() <= 128, measured.toString());
        }
        assertTrue(measured.get("tokens").getAsInt() > 0, measured.toString());
        assertTrue(measured.get("tokens_per_s").getAsDouble() > 0, measured.toString());
    }

    @Test
    void withoutAModelItMeasuresTheOneThatComesAlong() {
        assertEquals(128, bench().get("tokens").getAsInt());
        assertEquals(2 * 7, bench("--batch", "2", "--length", "7").get("tokens").getAsInt());
    }

    private static JsonObject bench(String... options) {
        List<String> arguments = Stream.concat(
                        Stream.of("bench", "--seconds", "0.001", "--output", "json"), Stream.of(options))
                .toList();
        Run run = Run.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
