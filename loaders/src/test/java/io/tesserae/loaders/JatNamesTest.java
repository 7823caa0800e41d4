package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JAT's one table of words has three names, and a file has it under any of them. */
class JatNamesTest {

    private static final Fixture GRID = new Fixture(Fixture.ROOT.resolve("jat").resolve("grid"));
    private static final String WORDS = "transformer.wte.weight";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                WORDS,
                "single_discrete_encoder.weight",
                "multi_discrete_encoder.0.weight",
                WORDS + ",single_discrete_encoder.weight",
                WORDS + ",single_discrete_encoder.weight,multi_discrete_encoder.0.weight"
            })
    void theWordsAreFoundUnderEveryName(String names) throws IOException {
        write(List.of(names.split(",")), 0f);
        assertArrayEquals(logits(GRID.files()), logits(ModelFiles.directory(folder)));
    }

    @Test
    void twoNamesForDifferentWordsAreRefused() throws IOException {
        write(List.of(WORDS, "multi_discrete_encoder.0.weight"), 1f);
        Exception refused = assertThrows(ModelLoadingException.class, () -> logits(ModelFiles.directory(folder)));
        assertTrue(refused.getMessage().contains("multi_discrete_encoder.0.weight"), refused.getMessage());
        assertTrue(refused.getMessage().contains("row 3"), refused.getMessage());
    }

    @Test
    void withoutAnyOfTheNamesTheFirstIsMissing() throws IOException {
        write(List.of(), 0f);
        Exception refused = assertThrows(ModelLoadingException.class, () -> logits(ModelFiles.directory(folder)));
        assertTrue(refused.getMessage().contains(WORDS), refused.getMessage());
    }

    /** What lies in old files as a buffer, and what is stored and never used, does no harm. */
    @Test
    void masksOfAttentionAreNoWeights() throws IOException {
        write(List.of(WORDS), 0f, "transformer.h.0.attn.attention.bias", "transformer.h.1.attn.attention.masked_bias");
        assertArrayEquals(logits(GRID.files()), logits(ModelFiles.directory(folder)));
    }

    private static float[] logits(ModelFiles files) {
        try (Engine engine = Engine.builder().threads(1).build();
                Checkpoint checkpoint = Checkpoint.open(files);
                Generalist model = checkpoint.load(Head.GENERALIST, engine)) {
            return model.forward(PhotoTexts.of(new int[] {5, 0, 7}), OutputOptions.RESULT_ONLY)
                    .logits()
                    .toArray();
        }
    }

    /**
     * The fixture, whose words have other names.
     *
     * @param difference is added to a value of the last of them
     */
    private void write(List<String> names, float difference, String... more) throws IOException {
        Path checkpoint = Packed.checkpoint(GRID.folder());
        Files.copy(checkpoint.resolve("config.json"), folder.resolve("config.json"));
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile weights = SafetensorsFile.open(checkpoint.resolve("model.safetensors"))) {
            for (String name : weights.names()) {
                int[] shape = Arrays.stream(weights.shape(name))
                        .mapToInt(Math::toIntExact)
                        .toArray();
                Tensor tensor = Tensor.zeros(shape);
                weights.read(name, 0, tensor.data(), 0, tensor.size());
                if (!name.equals(WORDS)) {
                    writer.add(name, tensor);
                    continue;
                }
                for (String one : names) {
                    Tensor words = tensor.copy();
                    words.data()[3 * shape[1] + 1] += one.equals(names.getLast()) ? difference : 0f;
                    writer.add(one, words);
                }
            }
            for (String name : more) {
                writer.add(name, Tensor.zeros(1, 1, 4, 4));
            }
            writer.write(folder.resolve("model.safetensors"));
        }
    }
}
