package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.onnx.OnnxWriter;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint whose weights are in an ONNX file answers as the one that the file was made from. */
class OnnxCheckpointTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");
    private static final TokenBatch TEXTS = TokenBatch.of(new int[] {2, 7, 11, 5, 3}, new int[] {2, 9, 3});

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(OnnxWriter.Style.class)
    void answersAreTheSame(OnnxWriter.Style style) throws IOException {
        for (String name : new String[] {"bert-base", "distilbert-base", "mpnet/base"}) {
            Path onnx = converted(name, "model.onnx", style);
            assertArrayEquals(hiddenStates(Packed.checkpoint(FIXTURES.resolve(name))), hiddenStates(onnx), name);
        }
    }

    @Test
    void aSentenceEncoderIsLoadedFromAFolderBelow() throws IOException {
        Path onnx = converted("sentence-embedding", "onnx/model.onnx", OnnxWriter.Style.RENAMED);
        Path original = Packed.checkpoint(FIXTURES.resolve("sentence-embedding"));
        try (SentenceTransformer expected = SentenceTransformer.fromPretrained(original);
                SentenceTransformer found = SentenceTransformer.fromPretrained(onnx)) {
            assertArrayEquals(
                    expected.encoder().forward(TEXTS, 0).data(),
                    found.encoder().forward(TEXTS, 0).data());
        }
    }

    @Test
    void aTensorTooFewIsRefusedByName() throws IOException {
        Path onnx = converted("distilbert-base", "model.onnx", OnnxWriter.Style.RENAMED);
        Path config = onnx.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceFirst("\"n_layers\": ([0-9]+)", "\"n_layers\": 77"));
        assertRefused(onnx, "is missing");
        Files.writeString(config, text.replaceFirst("\"n_layers\": ([0-9]+)", "\"n_layers\": 1"));
        assertRefused(onnx, "the model that config.json describes has no such tensor");
    }

    private static void assertRefused(Path onnx, String expected) {
        Exception refusal = assertThrows(ModelLoadingException.class, () -> AutoModel.fromPretrained(onnx));
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith(onnx.resolve("model.onnx") + ": "), refusal.getMessage());
    }

    /** A copy of a fixture that has an ONNX file, and nothing else with weights. */
    private Path converted(String fixture, String name, OnnxWriter.Style style) throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve(fixture));
        Path copy = Files.createTempDirectory(folder, "onnx");
        try (var files = Files.walk(original)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String relative = original.relativize(file).toString();
                if (relative.endsWith(".json") || relative.endsWith(".txt")) {
                    Files.createDirectories(copy.resolve(relative).getParent());
                    Files.copy(file, copy.resolve(relative));
                }
            }
        }
        Files.createDirectories(copy.resolve(name).getParent());
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(original))) {
            Files.write(copy.resolve(name), OnnxWriter.write(weights, style));
        }
        return copy;
    }

    private static float[] hiddenStates(Path checkpoint) {
        try (AutoModel model = AutoModel.fromPretrained(checkpoint)) {
            return model.forward(TEXTS, OutputOptions.RESULT_ONLY)
                    .lastHiddenState()
                    .data();
        }
    }
}
