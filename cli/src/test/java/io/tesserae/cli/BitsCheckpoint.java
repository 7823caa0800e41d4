package io.tesserae.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A checkpoint whose bits are recorded: every fixture that has a configuration, and the two that come along. */
record BitsCheckpoint(String name, Path folder) {

    private static final Path BUNDLED = Path.of("src", "main", "resources", "io", "tesserae", "cli", "models");

    static List<BitsCheckpoint> all() throws IOException {
        try (Stream<Path> bundled = Files.list(BUNDLED);
                Stream<Path> fixtures = Files.list(Run.FIXTURES)) {
            return Stream.concat(
                            bundled.map(folder -> new BitsCheckpoint("bundled-" + folder.getFileName(), folder)),
                            fixtures.map(folder ->
                                    new BitsCheckpoint(folder.getFileName().toString(), folder)))
                    .filter(checkpoint -> checkpoint.has("config.json"))
                    .toList();
        }
    }

    boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    boolean readsTexts() {
        return has("tokenizer.json");
    }

    boolean readsPictures() {
        return has("preprocessor_config.json");
    }
}
