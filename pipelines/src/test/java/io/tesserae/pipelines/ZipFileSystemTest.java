package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models, pictures and tensors in a zip file, as {@link FileSystems} opens it: nothing there can be mapped. */
class ZipFileSystemTest {

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");

    @TempDir
    Path folder;

    private Path zip;

    @BeforeEach
    void newZip() {
        zip = folder.resolve("models.zip");
    }

    @Test
    void aClassifierAnswersAsFromItsFolderAndNeedsTheZipFileNoMore() throws IOException {
        Classification expected;
        try (var pipeline = Pipelines.textClassification(FIXTURES.resolve("distilbert-sst2"))) {
            expected = pipeline.classify("a fine film");
        }
        pack("distilbert-sst2");
        TextClassificationPipeline pipeline;
        try (FileSystem files = open()) {
            pipeline = Pipelines.textClassification(files.getPath("/distilbert-sst2"));
            assertEquals(expected, pipeline.classify("a fine film"));
        }
        try (pipeline) {
            assertEquals(expected, pipeline.classify("a fine film"));
        }
    }

    @Test
    void shardsAreRead() throws IOException {
        pack("distilbert-bf16-sharded");
        try (FileSystem files = open();
                var stored = Pipelines.featureExtraction(FIXTURES.resolve("distilbert-bf16-sharded"));
                var zipped = Pipelines.featureExtraction(files.getPath("distilbert-bf16-sharded"))) {
            assertArrayEquals(
                    stored.extract("a fine film").toArray(),
                    zipped.extract("a fine film").toArray());
        }
    }

    @Test
    void aSentenceEncoderHasItsModulesInFoldersBelow() throws IOException {
        pack("sentence-embedding");
        try (FileSystem files = open();
                var stored = Pipelines.sentenceEmbedding(FIXTURES.resolve("sentence-embedding"));
                var zipped = Pipelines.sentenceEmbedding(files.getPath("/sentence-embedding"))) {
            assertArrayEquals(stored.embed("a fine film"), zipped.embed("a fine film"));
        }
    }

    @Test
    void aPictureInAZipFileIsClassifiedByAModelInIt() throws IOException {
        pack("vit-classify");
        Path picture = FIXTURES.resolve("images").resolve("shapes.jpg");
        try (FileSystem files = open()) {
            Files.copy(picture, files.getPath("/shapes.jpg"));
            try (var stored = Pipelines.imageClassification(FIXTURES.resolve("vit-classify"));
                    var zipped = Pipelines.imageClassification(files.getPath("/vit-classify"))) {
                assertEquals(stored.classify(picture), zipped.classify(files.getPath("/shapes.jpg")));
            }
        }
    }

    @Test
    void tensorsAreWrittenAndReadAndViewed() throws IOException {
        try (FileSystem files = open()) {
            Path path = files.getPath("/weights.safetensors");
            for (float value : new float[] {1, 7}) { // the second time in place of the first
                new SafetensorsWriter()
                        .addFloats("x", new float[] {value, 2}, 2)
                        .write(path);
            }
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                float[] values = new float[2];
                file.read("x", 0, values, 0, 2);
                assertArrayEquals(new float[] {7, 2}, values);
                assertEquals(8, file.bytes("x").byteSize());
            }
            try (Stream<Path> all = Files.list(files.getPath("/"))) {
                assertEquals(1, all.count());
            }
            assertArrayEquals(
                    Files.readAllBytes(path),
                    ModelFiles.directory(files.getPath("/"))
                            .map("weights.safetensors", Arena.ofAuto())
                            .toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** The same names are refused as in a folder on disk. */
    @Test
    void nothingOutsideTheFolderIsRead() throws IOException {
        try (FileSystem files = open()) {
            Files.createDirectory(files.getPath("/model"));
            Files.writeString(files.getPath("/secret.txt"), "secret");
            Files.writeString(files.getPath("/model/config.json"), "{}");
            ModelFiles model = ModelFiles.directory(files.getPath("/model"));
            assertTrue(model.exists("./config.json"));
            for (String name : List.of("../secret.txt", "/secret.txt", "x/../../secret.txt", "secret\0.txt")) {
                assertThrows(ModelLoadingException.class, () -> model.exists(name), name);
            }
            Exception e = assertThrows(
                    ModelLoadingException.class, () -> Pipelines.textClassification(files.getPath("/none")));
            assertTrue(e.getMessage().contains("/none: no such folder"), e.getMessage());
        }
    }

    private FileSystem open() throws IOException {
        return FileSystems.newFileSystem(zip, Map.of("create", "true"));
    }

    private void pack(String fixture) throws IOException {
        try (FileSystem files = open();
                Stream<Path> paths = Files.walk(FIXTURES.resolve(fixture))) {
            for (Path path : paths.toList()) {
                Path target =
                        files.getPath("/").resolve(FIXTURES.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }
}
