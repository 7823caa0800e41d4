package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A folder in which things have the names of a checkpoint's files but are none: nobody waits for them, nobody takes them for absent. */
class HostileFolderTest {

    private static final Duration AT_ONCE = Duration.ofSeconds(20);

    private static final String INDEX = """
            {"metadata": {}, "weight_map": {"x": "shard.safetensors"}}""";

    @TempDir
    Path folder;

    @BeforeEach
    void linksAndPipesCanBeMade() throws Exception {
        Path link = folder.resolve("probe");
        try {
            Files.createSymbolicLink(link, folder);
            assumeTrue(new ProcessBuilder("mkfifo", folder.resolve("probe-pipe").toString())
                            .start()
                            .waitFor()
                    == 0);
        } catch (IOException | UnsupportedOperationException e) {
            assumeTrue(false, "no links or pipes here: " + e);
        }
        Files.delete(link);
        Files.delete(folder.resolve("probe-pipe"));
    }

    /** What may be there instead of a file, and what is said of it. */
    private enum Impostor {
        PIPE("a pipe, a socket or a device", path -> run("mkfifo", path.toString())),
        DEVICE("a link to a pipe, a socket or a device", path -> link(path, Path.of("/dev/zero"))),
        FOLDER("a folder", path -> run("mkdir", path.toString())),
        LINK_TO_A_FOLDER("a link to a folder", path -> link(path, Path.of("/tmp"))),
        DANGLING_LINK("a link that leads nowhere", path -> link(path, Path.of("../blobs/none"))),
        LOOP("a link that cannot be followed", path -> link(path, path.getFileName()));

        final String inWords;
        final Consumer<Path> create;

        Impostor(String inWords, Consumer<Path> create) {
            this.inWords = inWords;
            this.create = create;
        }

        private static void run(String... command) {
            try {
                assertEquals(0, new ProcessBuilder(command).start().waitFor());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void link(Path path, Path target) {
            try {
                Files.createSymbolicLink(path, target);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Everything that reads files of a checkpoint, with the files it may read. */
    private static final Map<String, Consumer<Path>> READERS = Map.of(
            "config.json", AutoModel::fromPretrained,
            "model.safetensors", HostileFolderTest::openWeights,
            "model.safetensors.index.json", HostileFolderTest::openWeights,
            "shard.safetensors", HostileFolderTest::openWeights,
            "tokenizer.json", AutoTokenizer::fromPretrained,
            "tokenizer_config.json", AutoTokenizer::fromPretrained,
            "special_tokens_map.json", AutoTokenizer::fromPretrained,
            "vocab.txt", AutoTokenizer::fromPretrained,
            "preprocessor_config.json", AutoImageProcessor::fromPretrained);

    static Stream<Arguments> everythingEverywhere() {
        return READERS.keySet().stream()
                .sorted()
                .flatMap(name -> Stream.of(Impostor.values()).map(impostor -> Arguments.of(name, impostor)));
    }

    private static void openWeights(Path folder) {
        try {
            CheckpointWeights.open(ModelFiles.directory(folder)).close();
        } catch (IOException e) {
            throw new AssertionError("expected a ModelLoadingException", e);
        }
    }

    @ParameterizedTest
    @MethodSource("everythingEverywhere")
    void whatIsNoFileIsRefusedByName(String name, Impostor impostor) throws IOException {
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        if (name.equals("shard.safetensors")) {
            Files.writeString(folder.resolve("model.safetensors.index.json"), INDEX);
        }
        Path path = folder.resolve(name);
        Files.deleteIfExists(path);
        impostor.create.accept(path);
        assertRefused(
                path + ": expected a file, found " + impostor.inWords,
                ModelLoadingException.class,
                () -> READERS.get(name).accept(folder));
    }

    @ParameterizedTest
    @MethodSource("impostors")
    void norIsItAPictureOrASafetensorsFile(Impostor impostor) {
        Path path = folder.resolve("x");
        impostor.create.accept(path);
        assertRefused(
                path + ": expected a picture, found " + impostor.inWords,
                ImageException.class,
                () -> ImageFiles.read(path));
        assertRefused(
                path + ": expected a file, found " + impostor.inWords,
                ModelLoadingException.class,
                () -> SafetensorsFile.open(path));
    }

    static Impostor[] impostors() {
        return Impostor.values();
    }

    /** As in Python, and in the hub's cache, where every file is a link: it may lead out of the folder, and through other links. */
    @Test
    void linksToFilesAreFollowedWhereverTheyLead() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
        new SafetensorsWriter().addFloats("x", new float[] {1}, 1).write(elsewhere.resolve("blob"));
        Files.writeString(elsewhere.resolve("index"), INDEX);
        Files.createSymbolicLink(elsewhere.resolve("link"), Path.of("blob"));
        Files.createSymbolicLink(checkpoint.resolve("shard.safetensors"), Path.of("../elsewhere/link"));
        Files.createSymbolicLink(checkpoint.resolve("model.safetensors.index.json"), elsewhere.resolve("index"));
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(checkpoint))) {
            assertEquals(1, weights.names().size());
        }
    }

    private static void assertRefused(String message, Class<? extends RuntimeException> type, Executable call) {
        RuntimeException e = assertThrows(type, () -> assertTimeoutPreemptively(AT_ONCE, call));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }
}
