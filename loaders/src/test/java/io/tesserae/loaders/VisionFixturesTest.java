package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifierOutput;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tensor that the reference made of the vision fixtures' pictures; and ourselves against ourselves, in bits. */
class VisionFixturesTest {

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    static List<Fixture> fixtures() {
        return Fixture.of(Input.PIXELS);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTensorIsTheReferences(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected()) {
            Tensor pixelValues = Fixture.tensor(expected, "in.pixel_values");
            Map<String, Tensor> outputs = outputs(fixture, ImageBatch.of(pixelValues), Engine.shared());
            Set<String> wanted = expected.names().stream()
                    .filter(name -> name.startsWith("out."))
                    .map(name -> name.substring("out.".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertTrue(wanted.size() >= 4, "the fixture has hardly any outputs");
            for (String output : wanted) {
                assertTrue(outputs.containsKey(output), "no output " + output);
                assertClose(output, Fixture.tensor(expected, "out." + output), outputs.get(output));
            }
            assertEquals(wanted.contains("pooler_output"), outputs.containsKey("pooler_output"));
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void scalarKernelsAndOneThreadGiveTheSameBits(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine three = Engine.builder().threads(3).build()) {
            ImageBatch batch = ImageBatch.of(Fixture.tensor(expected, "in.pixel_values"));
            Map<String, Tensor> ours = outputs(fixture, batch, three);
            outputs(fixture, batch, scalar)
                    .forEach((name, tensor) -> assertArrayEquals(bits(tensor), bits(ours.get(name)), name));
        }
    }

    /** Who asks for no hidden states is not given them, and the last layer need not compute them all. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void theResultAloneHasTheSameBits(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build()) {
            ImageBatch batch = ImageBatch.of(Fixture.tensor(expected, "in.pixel_values"));
            Map<String, Tensor> everything = outputs(fixture, batch, Engine.shared());
            for (Engine engine : List.of(Engine.shared(), scalar)) {
                Map<String, Tensor> result = outputs(fixture, batch, engine, OutputOptions.RESULT_ONLY);
                assertTrue(!result.isEmpty() && result.size() < everything.size());
                result.forEach((name, tensor) -> assertArrayEquals(bits(everything.get(name)), bits(tensor), name));
            }
        }
    }

    /** Sizes that differ within the batch, so that positions are the table's for one picture and interpolated for others. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void aPictureAloneGivesTheBitsThatItGivesInABatch(Fixture fixture) throws Exception {
        int[][] sizes = {{32, 32}, {40, 24}, {40, 24}, {16, 71}, {32, 32}, {9, 8}};
        Random random = new Random(3);
        List<Tensor> pictures = Arrays.stream(sizes)
                .map(size -> randomPicture(random, size[0], size[1]))
                .toList();
        Map<String, Tensor> together = outputs(fixture, ImageBatch.of(pictures), Engine.shared());
        int token = 0;
        for (int i = 0; i < sizes.length; i++) {
            Map<String, Tensor> alone = outputs(fixture, ImageBatch.of(List.of(pictures.get(i))), Engine.shared());
            int tokens = alone.get("hidden_states.0").dimension(0);
            for (String name : alone.keySet()) {
                if (name.startsWith("attentions.")) {
                    assertArrayEquals(bits(alone.get(name)), bits(together.get(name + "/" + i)), name);
                } else {
                    boolean ofTokens = name.contains("hidden_state");
                    int from = ofTokens ? token : i;
                    Tensor rows = rows(together.get(name), from, ofTokens ? from + tokens : from + 1);
                    assertArrayEquals(bits(alone.get(name)), bits(rows), name);
                }
            }
            token += tokens;
        }
    }

    private static Tensor randomPicture(Random random, int height, int width) {
        Tensor picture = Tensor.zeros(3, height, width);
        for (int i = 0; i < picture.size(); i++) {
            picture.data()[i] = (float) random.nextGaussian();
        }
        return picture;
    }

    private static int[] bits(Tensor tensor) {
        return IntStream.range(0, tensor.size())
                .map(i -> Float.floatToRawIntBits(tensor.data()[i]))
                .toArray();
    }

    private static Tensor rows(Tensor tensor, int from, int to) {
        int width = tensor.dimension(1);
        return Tensor.of(Arrays.copyOfRange(tensor.data(), from * width, to * width), to - from, width);
    }

    /** The outputs by their names in transformers, ragged; attention maps of a batch of several by name and picture. */
    private static Map<String, Tensor> outputs(Fixture fixture, ImageBatch batch, Engine engine) throws IOException {
        return outputs(fixture, batch, engine, EVERYTHING);
    }

    private static Map<String, Tensor> outputs(Fixture fixture, ImageBatch batch, Engine engine, OutputOptions options)
            throws IOException {
        Map<String, Tensor> outputs = new HashMap<>();
        ModelFiles files = fixture.files();
        List<Tensor> hiddenStates;
        List<List<Tensor>> attentions;
        if (fixture.head().equals(Head.IMAGE_ENCODER)) {
            try (AutoVisionModel model = AutoVisionModel.fromPretrained(files, engine)) {
                ImageEncoderOutput output = model.forward(batch, options, true);
                outputs.put("last_hidden_state", output.lastHiddenState());
                output.poolerOutput().ifPresent(pooled -> outputs.put("pooler_output", pooled));
                hiddenStates = output.hiddenStates();
                attentions = output.attentions();
            }
        } else {
            try (var model = AutoModelForImageClassification.fromPretrained(files, engine)) {
                ImageClassifierOutput output = model.forward(batch, options, true);
                outputs.put("logits", output.logits());
                output.clsLogits().ifPresent(logits -> outputs.put("cls_logits", logits));
                output.distillationLogits().ifPresent(logits -> outputs.put("distillation_logits", logits));
                hiddenStates = output.hiddenStates();
                attentions = output.attentions();
            }
        }
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put("hidden_states." + layer, hiddenStates.get(layer));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            List<Tensor> maps = attentions.get(layer);
            outputs.put("attentions." + layer, stacked(maps));
            for (int image = 0; image < maps.size(); image++) {
                outputs.put("attentions." + layer + "/" + image, maps.get(image));
            }
        }
        outputs.keySet().removeIf(name -> batch.images() == 1 && name.contains("/"));
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
