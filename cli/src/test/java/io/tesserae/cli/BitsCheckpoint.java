package io.tesserae.cli;

import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A checkpoint whose bits are recorded: every fixture that has a configuration, and those that come along. */
record BitsCheckpoint(String name, Path folder) {

    private static final Path BUNDLED = Path.of("src", "main", "resources", "io", "tesserae", "cli", "models");

    static List<BitsCheckpoint> all() throws IOException {
        try (Stream<Path> bundled = Files.list(BUNDLED);
                Stream<Path> fixtures = Files.walk(Run.FIXTURES, 3)) {
            return Stream.concat(
                            // What acts is fed in cases, which only the fixtures have.
                            bundled.map(folder -> new BitsCheckpoint("bundled-" + folder.getFileName(), folder))
                                    .filter(checkpoint -> !checkpoint.isFedInCases()),
                            fixtures.filter(folder -> Files.exists(folder.resolve("config.json")))
                                    .map(folder -> new BitsCheckpoint(name(folder), Packed.checkpoint(folder))))
                    .filter(checkpoint -> checkpoint.has("config.json") && !checkpoint.isPartOfAnother())
                    .toList();
        }
    }

    /** {@code bert-base}, or {@code mpnet/base} where a family's fixtures lie in one folder. */
    private static String name(Path folder) {
        return Run.FIXTURES.relativize(folder).toString().replace('\\', '/');
    }

    /** The modules of sentence-transformers lie in folders of their checkpoint. */
    private boolean isPartOfAnother() {
        return Files.exists(folder.resolveSibling("config.json"));
    }

    /** Tasks of texts alone, or of pictures alone, are not for it. */
    boolean takesPicturesAndTexts() {
        return readsTexts() && (readsPictures() || has("processor_config.json"))
                || PretrainedConfig.read(ModelFiles.directory(folder)).takesPixelsAndTokens();
    }

    /** What it is fed has many forms, and the reference's answers are to several. */
    boolean isFedInCases() {
        PretrainedConfig config = PretrainedConfig.read(ModelFiles.directory(folder));
        return config.takesEpisodes() || config.takesStreams();
    }

    boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    boolean readsTexts() {
        return has("tokenizer.json") || has("tokenizer_config.json"); // bytes need no file of pieces
    }

    boolean readsPictures() {
        return has("preprocessor_config.json");
    }
}
