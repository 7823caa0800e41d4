package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A NomicBERT whose base model is called {@code bert}: so the code that nomic-bert-2048 was published with calls it. transformers' class
 * finds none of these tensors and takes random ones.
 */
class NomicBertNamesTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "nomicbert");
    private static final TokenBatch TEXTS = TokenBatch.of(new int[] {2, 7, 11, 5, 3}, new int[] {2, 9, 3});

    @TempDir
    private Path folder;

    @Test
    void anEncoder() throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve("base"));
        assertArrayEquals(hiddenStates(original), hiddenStates(renamed(original)));
    }

    @Test
    void aMaskedLanguageModelAndItsEncoder() throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve("masked"));
        Path renamed = renamed(original);
        assertArrayEquals(hiddenStates(original), hiddenStates(renamed));
        try (AutoModelForMaskedLM expected = AutoModelForMaskedLM.fromPretrained(original);
                AutoModelForMaskedLM found = AutoModelForMaskedLM.fromPretrained(renamed)) {
            assertArrayEquals(
                    expected.forward(TEXTS, OutputOptions.RESULT_ONLY).logits().data(),
                    found.forward(TEXTS, OutputOptions.RESULT_ONLY).logits().data());
        }
    }

    @Test
    void aClassifierWithItsPooler() throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve("sequence"));
        Path renamed = renamed(original);
        assertArrayEquals(hiddenStates(original), hiddenStates(renamed));
        try (AutoModelForSequenceClassification expected = AutoModelForSequenceClassification.fromPretrained(original);
                AutoModelForSequenceClassification found = AutoModelForSequenceClassification.fromPretrained(renamed)) {
            assertArrayEquals(
                    expected.forward(TEXTS, OutputOptions.RESULT_ONLY).logits().data(),
                    found.forward(TEXTS, OutputOptions.RESULT_ONLY).logits().data());
        }
    }

    private Path renamed(Path original) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        int base = 0;
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(original))) {
            for (String name : weights.names()) {
                boolean head = name.startsWith("cls.") || name.startsWith("classifier.");
                base += head ? 0 : 1;
                writer.add(head ? name : "bert." + name.replaceFirst("^nomic_bert\\.", ""), tensor(weights, name));
            }
        }
        assertTrue(base > 10, "tensors of the base model: " + base);
        Files.copy(original.resolve("config.json"), folder.resolve("config.json"));
        writer.write(folder.resolve("model.safetensors"));
        return folder;
    }

    private static Tensor tensor(CheckpointWeights weights, String name) {
        int[] shape =
                Arrays.stream(weights.shape(name)).mapToInt(Math::toIntExact).toArray();
        Tensor tensor = Tensor.zeros(shape);
        weights.read(name, 0, tensor.data(), 0, tensor.data().length);
        return tensor;
    }

    private static float[] hiddenStates(Path checkpoint) {
        try (AutoModel model = AutoModel.fromPretrained(checkpoint)) {
            return model.forward(TEXTS, OutputOptions.RESULT_ONLY)
                    .lastHiddenState()
                    .data();
        }
    }
}
