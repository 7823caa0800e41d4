package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.loaders.torch.TorchWriter;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint whose weights torch wrote, by make_torch_files.py, has the bits of the same one in safetensors. */
class TorchCheckpointTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");
    private static final Path WRITTEN_BY_TORCH = Path.of("src/test/resources/io/tesserae/loaders/torch");
    private static final TokenBatch TEXTS = TokenBatch.of(new int[] {2, 7, 11, 5, 3}, new int[] {2, 9, 3});

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bert-masked", "xlm-roberta-half", "bert-brain-shards"})
    void weightsHaveTheBitsOfSafetensors(String name) throws IOException {
        Path both = Packed.checkpoint(WRITTEN_BY_TORCH.resolve(name));
        Path torch = without(both, "safetensors");
        try (CheckpointWeights expected = CheckpointWeights.open(ModelFiles.directory(both));
                CheckpointWeights found = CheckpointWeights.open(ModelFiles.directory(torch))) {
            assertTrue(expected.toString().endsWith("model.safetensors"));
            assertTrue(found.toString().contains("pytorch_model.bin"));
            Set<String> more = new TreeSet<>(found.names());
            more.removeAll(expected.names());
            more.removeIf(tensor -> tensor.contains("predictions.decoder")); // tied: safetensors have it once
            assertEquals(1, more.size(), more::toString); // the positions
            assertEquals(
                    found.names().stream().toList(),
                    found.entries().stream().map(entry -> entry.name()).toList());
            for (String tensor : expected.names()) {
                assertArrayEquals(expected.shape(tensor), found.shape(tensor), tensor);
                assertEquals(expected.precision(tensor), found.precision(tensor), tensor);
                assertArrayEquals(values(expected, tensor), values(found, tensor), tensor);
            }
        }
        assertArrayEquals(hiddenStates(without(both, "pytorch_model")), hiddenStates(torch));
    }

    @Test
    void theHeadThatIsTiedLoads() throws IOException {
        Path both = Packed.checkpoint(WRITTEN_BY_TORCH.resolve("bert-masked"));
        try (AutoModelForMaskedLM torch = AutoModelForMaskedLM.fromPretrained(without(both, "safetensors"));
                AutoModelForMaskedLM expected = AutoModelForMaskedLM.fromPretrained(both)) {
            assertArrayEquals(
                    expected.forward(TEXTS, OutputOptions.RESULT_ONLY).logits().data(),
                    torch.forward(TEXTS, OutputOptions.RESULT_ONLY).logits().data());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-base", "distilbert-fp16", "distilbert-bf16-sharded", "mpnet/base", "roberta/base"})
    void answersAreThoseOfTheFixtures(String name) throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve(name));
        assertArrayEquals(hiddenStates(original), hiddenStates(converted(original)));
    }

    /** As sentence encoders lay before safetensors: the encoder's weights, and a Dense module's in its folder. */
    @Test
    void aSentenceEncoderIsLoadedWithItsModules() throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve("sentence-embedding"));
        try (SentenceTransformer expected = SentenceTransformer.fromPretrained(original);
                SentenceTransformer found = SentenceTransformer.fromPretrained(converted(original))) {
            assertArrayEquals(
                    expected.encoder().forward(TEXTS, 0).data(),
                    found.encoder().forward(TEXTS, 0).data());
        }
    }

    @Test
    void safetensorsComeFirstAndOnnxLast() throws IOException {
        Path both = Packed.checkpoint(WRITTEN_BY_TORCH.resolve("xlm-roberta-half"));
        Path copy = without(both, "nothing");
        Files.write(copy.resolve("model.onnx"), new byte[10]);
        assertEquals("model.safetensors", CheckpointWeights.mainFile(ModelFiles.directory(copy)));
        Files.delete(copy.resolve("model.safetensors"));
        assertEquals("pytorch_model.bin", CheckpointWeights.mainFile(ModelFiles.directory(copy)));
        assertEquals(Set.of("pytorch_model.bin"), CheckpointFiles.weights(ModelFiles.directory(copy)));
        Files.delete(copy.resolve("pytorch_model.bin"));
        assertEquals("model.onnx", CheckpointWeights.mainFile(ModelFiles.directory(copy)));
        assertEquals(Set.of(), CheckpointFiles.weights(ModelFiles.directory(copy)));
    }

    @Test
    void aShardThatIsMissingAndAFormatOfOldAreRefusedByName() throws IOException {
        Path both = Packed.checkpoint(WRITTEN_BY_TORCH.resolve("bert-brain-shards"));
        Path shards = without(both, "safetensors");
        ModelFiles files = ModelFiles.directory(shards);
        assertTrue(CheckpointFiles.weights(files).size() > 1);
        Files.delete(shards.resolve(CheckpointFiles.weights(files).iterator().next()));
        assertRefused(shards, "pytorch_model.bin.index.json: names the shard pytorch_model-00001-of-0000");
        Files.copy(WRITTEN_BY_TORCH.resolve("linear-old.pt"), shards.resolve("pytorch_model.bin"));
        assertRefused(shards, "before version 1.6; load it with torch and save it again");
        Files.write(shards.resolve("model.onnx"), new byte[10]);
        assertRefused(shards, "again. There is model.onnx too, which is read in a folder without pytorch_model.bin");
        Files.delete(shards.resolve("model.onnx"));
        Files.delete(shards.resolve("pytorch_model.bin"));
        Files.copy(WRITTEN_BY_TORCH.resolve("module.pt"), shards.resolve("pytorch_model.bin"));
        assertRefused(shards, "it is not looked up");
    }

    private static void assertRefused(Path checkpoint, String expected) {
        Exception refusal = assertThrows(ModelLoadingException.class, () -> AutoModel.fromPretrained(checkpoint));
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith(checkpoint.resolve("pytorch_model.bin") + ""), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    /** A copy without the files whose names have this in them. */
    private Path without(Path checkpoint, String part) throws IOException {
        Path copy = Files.createTempDirectory(folder, "torch");
        try (Stream<Path> files = Files.walk(checkpoint)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().contains(part))
                    .toList()) {
                Path target = copy.resolve(checkpoint.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        return copy;
    }

    /** A copy whose weights, those of its modules too, are in files of torch and in nothing else. */
    private Path converted(Path checkpoint) throws IOException {
        Path copy = without(checkpoint, "safetensors");
        List<Path> folders;
        try (Stream<Path> all = Files.walk(checkpoint)) {
            folders = all.filter(Files::isDirectory).toList();
        }
        for (Path one : folders) {
            try (Stream<Path> files = Files.list(one)) {
                if (files.noneMatch(file -> file.toString().contains(".safetensors"))) {
                    continue;
                }
            }
            try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(one))) {
                Path target = copy.resolve(checkpoint.relativize(one).toString());
                Files.write(target.resolve("pytorch_model.bin"), TorchWriter.write(weights));
            }
        }
        return copy;
    }

    private static float[] values(CheckpointWeights weights, String name) {
        int count = (int) Arrays.stream(weights.shape(name)).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        weights.read(name, 0, values, 0, count);
        return values;
    }

    private static float[] hiddenStates(Path checkpoint) {
        try (AutoModel model = AutoModel.fromPretrained(checkpoint)) {
            return model.forward(TEXTS, OutputOptions.RESULT_ONLY)
                    .lastHiddenState()
                    .data();
        }
    }
}
