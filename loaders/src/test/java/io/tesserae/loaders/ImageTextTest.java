package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.ImageTextEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two towers: each hidden state, vector and logit is the reference's; and ourselves against ourselves, in bits. */
class ImageTextTest {

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    static List<Fixture> fixtures() {
        return Fixture.of(Input.PIXELS_AND_TOKENS).stream()
                .filter(fixture -> fixture.head().equals(Head.IMAGE_TEXT_ENCODER))
                .toList();
    }

    @Test
    void thereAreFixturesOfEveryFamily() {
        assertTrue(fixtures().size() >= 2);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTensorIsTheReferences(Fixture fixture) throws IOException {
        try (SafetensorsFile expected = fixture.expected();
                var model = AutoModelForZeroShotImageClassification.fromPretrained(fixture.files())) {
            TokenBatch texts = Fixture.batch(expected);
            Map<String, Tensor> outputs = outputs(model.forward(pictures(expected), texts, EVERYTHING, false));
            int compared = 0;
            for (String name : expected.names()) {
                if (name.startsWith("out.")) {
                    String output = name.substring("out.".length());
                    assertTrue(outputs.containsKey(output), "no output " + output);
                    boolean ofTokens = output.matches("text\\.(last_hidden_state|hidden_states.*)");
                    assertClose(output, Fixture.tensor(expected, name), outputs.get(output), ofTokens ? texts : null);
                    compared++;
                }
            }
            assertTrue(compared >= 3, "the fixture has hardly any outputs");
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void vectorsAloneHaveTheBitsOfAllTogether(Fixture fixture) throws IOException {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                var model = AutoModelForZeroShotImageClassification.fromPretrained(fixture.files());
                var other = AutoModelForZeroShotImageClassification.fromPretrained(fixture.files(), scalar)) {
            TokenBatch texts = Fixture.batch(expected);
            ImageBatch pictures = pictures(expected);
            ImageTextEncoderOutput together = model.forward(pictures, texts, EVERYTHING, false);
            for (ImageTextEncoder encoder : List.of(model.encoder(), other.encoder())) {
                Tensor ofPictures = encoder.imageFeatures(pictures, false);
                Tensor ofTexts = encoder.textFeatures(texts);
                assertArrayEquals(together.imageFeatures().toArray(), ofPictures.toArray());
                assertArrayEquals(together.textFeatures().toArray(), ofTexts.toArray());
                assertArrayEquals(
                        together.logitsPerImage().toArray(),
                        encoder.compare(ofPictures, ofTexts).toArray());
            }
            for (int i = 0; i < pictures.images(); i++) {
                Tensor alone = model.imageFeatures(ImageBatch.of(List.of(pictures.pixelValues(i))), false);
                for (int channel = 0; channel < alone.size(); channel++) {
                    assertEquals(together.imageFeatures().get(i, channel), alone.get(0, channel));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void whatDoesNotFitIsRefused(Fixture fixture) throws IOException {
        try (SafetensorsFile expected = fixture.expected();
                var model = AutoModelForZeroShotImageClassification.fromPretrained(fixture.files())) {
            ImageTextEncoder encoder = model.encoder();
            TokenBatch empty = TokenBatch.of(new int[] {3, 4}, new int[0]);
            TokenBatch unknown = TokenBatch.of(new int[] {3, 1_000_000});
            TokenBatch tooLong = TokenBatch.of(new int[encoder.texts().maxLength() + 1]);
            for (TokenBatch texts : List.of(empty, unknown, tooLong)) {
                assertThrows(IllegalArgumentException.class, () -> encoder.textFeatures(texts));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> model.forward(pictures(expected), texts, EVERYTHING, false));
            }
            ImageBatch otherSize = ImageBatch.of(List.of(Tensor.zeros(3, 31, 33)));
            assertThrows(IllegalArgumentException.class, () -> model.imageFeatures(otherSize, false));
            assertEquals(1, model.imageFeatures(otherSize, true).dimension(0));
            Tensor narrow = Tensor.zeros(1, 1);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> encoder.compare(narrow, encoder.imageFeatures(otherSize, true)));
        }
    }

    private static ImageBatch pictures(SafetensorsFile expected) {
        return ImageBatch.of(Fixture.tensor(expected, "in.pixel_values"));
    }

    private static Map<String, Tensor> outputs(ImageTextEncoderOutput output) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits_per_image", output.logitsPerImage());
        outputs.put("image_embeds", output.imageFeatures());
        outputs.put("text_embeds", output.textFeatures());
        outputs.put("vision.last_hidden_state", output.vision().lastHiddenState());
        outputs.put("vision.pooler_output", output.vision().poolerOutput().orElseThrow());
        outputs.put("text.last_hidden_state", output.text().lastHiddenState());
        outputs.put("text.pooler_output", output.text().poolerOutput().orElseThrow());
        for (int layer = 0; layer < output.vision().hiddenStates().size(); layer++) {
            outputs.put(
                    "vision.hidden_states." + layer,
                    output.vision().hiddenStates().get(layer));
        }
        for (int layer = 0; layer < output.text().hiddenStates().size(); layer++) {
            outputs.put(
                    "text.hidden_states." + layer, output.text().hiddenStates().get(layer));
        }
        return outputs;
    }

    /** Compares all values; of rows of tokens, those of real tokens. */
    private static void assertClose(String name, Tensor expected, Tensor actual, TokenBatch texts) {
        Tensor ours = texts == null ? actual : texts.pad(actual, expected.dimension(1));
        Tensor real =
                texts == null ? null : texts.pad(ones(texts.tokens(), expected.dimension(2)), expected.dimension(1));
        assertEquals(expected.size(), ours.size(), name);
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.size(); i++) {
            if (real == null || real.data()[i] == 1f) {
                magnitude = Math.max(magnitude, Math.abs(expected.data()[i]));
                error = Math.max(error, Math.abs(expected.data()[i] - ours.data()[i]));
            }
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    private static Tensor ones(int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Arrays.fill(tensor.data(), 1f);
        return tensor;
    }
}
