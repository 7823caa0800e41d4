package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vision tower of whole BLIP checkpoints, and what their pictures become, against the reference. */
class BlipVisionTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "blip");

    /** A second set of checkpoints of multimodal models lies beside the repository on some machines, and is not part of it. */
    private static final Path OTHERS = Path.of("..", "..", "shared", "multimodal", "fixtures");

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 1e-5;

    static List<Path> checkpoints() throws IOException {
        return folders("blip");
    }

    static List<Path> checkpointsWithPictures() throws IOException {
        return folders("blip|vit-gpt2");
    }

    private static List<Path> folders(String families) throws IOException {
        List<Path> folders = new ArrayList<>(
                List.of(FIXTURES.resolve("caption"), FIXTURES.resolve("question"), FIXTURES.resolve("retrieval")));
        if (Files.isDirectory(OTHERS)) {
            try (var others = Files.list(OTHERS)) {
                others.filter(folder -> folder.getFileName().toString().matches("(" + families + ")-.*"))
                        .sorted()
                        .forEach(folders::add);
            }
        }
        return folders;
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorOfTheTowerIsTheReferences(Path folder) throws IOException {
        try (SafetensorsFile expected = new Fixture(folder).expected()) {
            Map<String, Tensor> outputs = outputs(folder, Fixture.tensor(expected, "in.pixel_values"));
            for (String name : expected.names()) {
                if (name.startsWith("out.vision.")) {
                    assertClose(
                            name, Fixture.tensor(expected, name), outputs.get(name.substring("out.vision.".length())));
                }
            }
            if (expected.names().contains("out.image_embeds")) { // a question's fixture has this one alone
                assertClose(
                        "image_embeds", Fixture.tensor(expected, "out.image_embeds"), outputs.get("last_hidden_state"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("checkpointsWithPictures")
    void everyPictureBecomesTheReferencesPixelValues(Path folder) throws IOException {
        JsonElement inputs = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                .getAsJsonObject()
                .get("inputs");
        JsonArray pictures = inputs.isJsonArray()
                ? inputs.getAsJsonArray()
                : inputs.getAsJsonObject().getAsJsonArray("images");
        ImageProcessor processor = AutoImageProcessor.fromPretrained(folder);
        try (SafetensorsFile expected = new Fixture(folder).expected()) {
            Tensor pixelValues = Fixture.tensor(expected, "in.pixel_values"); // [pictures, 3, height, width]
            assertEquals(pictures.size(), pixelValues.dimension(0));
            int size = pixelValues.size() / pictures.size();
            for (int i = 0; i < pictures.size(); i++) {
                Path file = folder.resolve(pictures.get(i).getAsString());
                Tensor found = processor.process(ImageFiles.read(file));
                assertEquals(size, found.size(), file.toString());
                for (int value = 0; value < size; value++) {
                    assertEquals(
                            pixelValues.data()[i * size + value],
                            found.data()[value],
                            1e-6f,
                            file + ", value " + value);
                }
            }
        }
    }

    /** The text side is not read, but what belongs to neither side is an error. */
    @Test
    void aTensorOfNoPartIsUnexpected(@TempDir Path folder) throws IOException {
        Path caption = FIXTURES.resolve("caption");
        Files.copy(caption.resolve("config.json"), folder.resolve("config.json"));
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(caption.resolve("model.safetensors"))) {
            for (TensorEntry entry : file.entries()) {
                float[] values = new float[(int) entry.elementCount()];
                file.read(entry.name(), 0, values, 0, values.length);
                writer.addFloats(entry.name(), values, entry.shape());
            }
        }
        writer.addFloats("vision_model.embeddings.mask_token", new float[] {1}, new long[] {1});
        writer.write(folder.resolve("model.safetensors"));
        String message = assertThrows(ModelLoadingException.class, () -> AutoVisionModel.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains("vision_model.embeddings.mask_token"), message);
    }

    private static Map<String, Tensor> outputs(Path folder, Tensor pixelValues) {
        Map<String, Tensor> outputs = new HashMap<>();
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            ImageEncoderOutput output = model.forward(ImageBatch.of(pixelValues), new OutputOptions(true, true));
            outputs.put("last_hidden_state", output.lastHiddenState());
            outputs.put("pooler_output", output.poolerOutput().orElseThrow());
            for (int layer = 0; layer < output.hiddenStates().size(); layer++) {
                outputs.put("hidden_states." + layer, output.hiddenStates().get(layer));
            }
            for (int layer = 0; layer < output.attentions().size(); layer++) {
                outputs.put("attentions." + layer, stacked(output.attentions().get(layer)));
            }
        }
        return outputs;
    }

    private static Tensor stacked(List<Tensor> maps) {
        Tensor stacked = Tensor.zeros(maps.stream().mapToInt(Tensor::size).sum());
        int to = 0;
        for (Tensor map : maps) {
            System.arraycopy(map.data(), 0, stacked.data(), to, map.size());
            to += map.size();
        }
        return stacked;
    }

    private static void assertClose(String name, Tensor expected, Tensor actual) {
        assertEquals(expected.size(), actual.size(), name);
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.size(); i++) {
            magnitude = Math.max(magnitude, Math.abs(expected.data()[i]));
            error = Math.max(error, Math.abs(expected.data()[i] - actual.data()[i]));
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }
}
