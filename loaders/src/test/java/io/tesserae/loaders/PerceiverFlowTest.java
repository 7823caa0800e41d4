package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.generated.RandomFlowModel;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.latent.OpticalFlowOutput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Perceiver's model of optical flow: against the reference, and against itself with other kernels, batches and pieces. */
class PerceiverFlowTest {

    private static final Path SHARED = Path.of("..", "..", "shared", "multimodal", "fixtures", "perceiver-flow");
    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    /** The project's own; where it is there, also one that others have made. */
    static List<Fixture> fixtures() {
        return Stream.of(Fixture.ROOT.resolve("perceiver").resolve("flow"), SHARED)
                .filter(Files::exists)
                .map(Fixture::new)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTensorIsThatOfTheReference(Fixture fixture) throws IOException {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build()) {
            Tensor patches = Fixture.tensor(expected, "in.inputs");
            int compared = 0;
            for (Engine engine : List.of(Engine.shared(), scalar)) {
                try (var model = AutoModelForOpticalFlow.fromPretrained(fixture.files(), engine)) {
                    for (var output :
                            outputs(model.forward(patches, EVERYTHING)).entrySet()) {
                        Tensor reference = Fixture.tensor(expected, "out." + output.getKey());
                        assertClose(reference.data(), output.getValue(), output.getKey());
                        compared++;
                    }
                }
            }
            long outputs = expected.names().stream()
                    .filter(name -> name.startsWith("out."))
                    .count();
            assertEquals(2 * outputs, compared);
        }
    }

    private static void assertClose(float[] expected, float[] actual, String name) {
        assertEquals(expected.length, actual.length, name);
        float largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(expected, actual, 1e-5f * largest, name);
    }

    /** By the names of transformers, the numbers of all pairs behind each other. */
    private static Map<String, float[]> outputs(OpticalFlowOutput output) {
        Map<String, float[]> outputs = new TreeMap<>();
        outputs.put("logits", output.flow().toArray());
        for (int layer = 0; layer < output.hiddenStates().size(); layer++) {
            outputs.put(
                    "hidden_states." + layer, output.hiddenStates().get(layer).toArray());
        }
        addMaps(outputs, "attentions.", output.attentions());
        addMaps(outputs, "cross_attentions.", output.crossAttentions());
        return outputs;
    }

    private static void addMaps(Map<String, float[]> outputs, String prefix, List<List<Tensor>> layers) {
        for (int layer = 0; layer < layers.size(); layer++) {
            int size = layers.get(layer).stream().mapToInt(Tensor::size).sum();
            float[] all = new float[size];
            int to = 0;
            for (Tensor map : layers.get(layer)) {
                System.arraycopy(map.data(), 0, all, to, map.size());
                to += map.size();
            }
            outputs.put(prefix + layer, all);
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void kernelsThreadsAndOtherPairsChangeNoBit(Fixture fixture) throws IOException {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(2).build();
                Engine one = Engine.builder().threads(1).build();
                Engine three = Engine.builder().threads(3).build()) {
            Tensor patches = Fixture.tensor(expected, "in.inputs");
            float[] first = null;
            for (Engine engine : List.of(scalar, one, three)) {
                try (var model = AutoModelForOpticalFlow.fromPretrained(fixture.files(), engine)) {
                    float[] flow = model.forward(patches).flow().toArray();
                    first = first == null ? flow : first;
                    assertArrayEquals(first, flow);
                    assertAlone(model, patches, flow);
                }
            }
        }
    }

    private static void assertAlone(AutoModelForOpticalFlow model, Tensor patches, float[] flow) {
        int pairs = patches.dimension(0);
        int[] shape = patches.shape();
        shape[0] = 1;
        int size = patches.size() / pairs;
        for (int pair = 0; pair < pairs; pair++) {
            Tensor alone = Tensor.of(Arrays.copyOfRange(patches.data(), pair * size, (pair + 1) * size), shape);
            float[] ofPair = Arrays.copyOfRange(flow, pair * flow.length / pairs, (pair + 1) * flow.length / pairs);
            assertArrayEquals(ofPair, model.forward(alone).flow().toArray());
        }
    }

    /** 5,548 pixels are asked for in two pieces, those of two pairs in three, one of which has pixels of both; with maps in one. */
    @Test
    void piecesChangeNoBit(@TempDir Path folder) throws IOException {
        RandomFlowModel random = new RandomFlowModel(73, 76);
        try (var model = AutoModelForOpticalFlow.fromPretrained(random.write(folder))) {
            Tensor patches = random.patches(2, 5);
            float[] input = patches.toArray();
            OpticalFlowOutput inOne = model.forward(patches, new OutputOptions(false, true));
            assertEquals("Tensor[2, 73, 76, 2]", inOne.flow().toString());
            assertEquals(
                    "Tensor[1, 5548, 3]", inOne.crossAttentions().get(1).get(1).toString());
            float[] flow = model.forward(patches).flow().toArray();
            assertArrayEquals(inOne.flow().toArray(), flow);
            assertAlone(model, patches, flow);
            assertArrayEquals(input, patches.toArray(), "what is fed is not written to");
            assertTrue(flow[0] != flow[1] && Math.abs(flow[0]) < 1);
        }
    }

    @Test
    void otherShapesAreRefused(@TempDir Path folder) throws IOException {
        try (var model = AutoModelForOpticalFlow.fromPretrained(new RandomFlowModel(4, 6).write(folder))) {
            for (int[] shape : new int[][] {
                {1, 2, 27, 6, 4}, // as many pixels: the reference would mix them up
                {1, 2, 27, 8, 6},
                {1, 1, 27, 4, 6},
                {1, 2, 3, 4, 6},
                {2, 27, 4, 6},
                {0, 2, 27, 4, 6},
                {1, 1, 2, 27, 4, 6}
            }) {
                Tensor patches = Tensor.zeros(shape);
                String message = assertThrows(IllegalArgumentException.class, () -> model.forward(patches))
                        .getMessage();
                assertEquals(
                        "patches: expected the shape [pairs, 2, 27, 4, 6], 1 pair or more, each of two pictures of 6 x 4"
                                + " pixels (train_size in config.json), found " + patches
                                + "; cut larger pictures into tiles",
                        message);
            }
            assertThrows(IllegalArgumentException.class, () -> model.forward(null));
            Tensor right = Tensor.zeros(1, 2, 27, 4, 6);
            assertThrows(IllegalArgumentException.class, () -> model.forward(right, null));
            Tensor strange = Tensor.zeros(1, 2, 27, 4, 6);
            Arrays.fill(strange.data(), Float.NaN);
            assertTrue(Float.isNaN(model.forward(strange).flow().data()[0]), "NaN in, NaN out");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[4]",
                "[4, 6, 1]",
                "4",
                "null",
                "[]",
                "[0, 6]",
                "[-4, 6]",
                "[4.5, 6]",
                "[\"4\", 6]",
                "[1048576, 2]",
                "[2147483647, 2147483647]",
                "{}"
            })
    void sizesOfPicturesThatNoModelHasAreRefused(String size, @TempDir Path folder) throws IOException {
        Path config = new RandomFlowModel(4, 6).write(folder).resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("[4, 6]", size));
        String message = assertThrows(ModelLoadingException.class, () -> AutoModelForOpticalFlow.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains("config.json: train_size"), message);
        assertTrue(message.lines().count() == 1, message);
    }

    @Test
    void theUsualSizeNeedNotBeSaid(@TempDir Path folder) throws IOException {
        Path config = new RandomFlowModel(4, 6).write(folder).resolve("config.json");
        Files.writeString(config, Files.readString(config).replace(", \"train_size\": [4, 6]", ""));
        try (var model = AutoModelForOpticalFlow.fromPretrained(folder)) {
            assertEquals(368, model.estimator().imageHeight());
            assertEquals(496, model.estimator().imageWidth());
            assertTrue(model.toString().contains("3 latents, pairs of pictures of 496 x 368"), model::toString);
        }
    }

    /** A checkpoint that does not say what it is, is known by its tensors; one that is something else is refused by name. */
    @Test
    void itIsKnownByItsTensors(@TempDir Path folder) throws IOException {
        Path config = new RandomFlowModel(4, 6).write(folder).resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"architectures\": [\"PerceiverForOpticalFlow\"], ", ""));
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(folder))) {
            assertEquals("ForOpticalFlow", checkpoint.head().orElseThrow().suffix());
        }
        Path masked = Fixture.ROOT.resolve("perceiver").resolve("masked");
        String message = assertThrows(
                        ModelLoadingException.class,
                        () -> AutoModelForOpticalFlow.fromPretrained(new Fixture(masked).files()))
                .getMessage();
        assertTrue(
                message.contains("expected a model that has a decoder that follows pixels, found PerceiverForMaskedLM"),
                message);
    }
}
