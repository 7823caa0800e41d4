package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Perceiver's texts and pictures: every hidden state, map and logit is the reference's, and the same bits whoever computes them and in
 * whatever company. What other families have from {@link TextFixturesTest} and {@link VisionFixturesTest}, whose tokens have hidden states
 * of their own; here latents have them, as many for each input.
 */
class PerceiverTest {

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    /** What is asked, and what came out: layers as lists by input, all else by row. */
    private record Answer(
            Tensor logits,
            List<Tensor> hiddenStates,
            List<List<Tensor>> attentions,
            List<List<Tensor>> crossAttentions) {}

    @ParameterizedTest
    @ValueSource(strings = {"masked", "sequence", "image-learned", "image-fourier", "image-conv"})
    void everyTensorIsTheReferences(String name) throws IOException {
        Fixture fixture = fixture(name);
        try (SafetensorsFile expected = fixture.expected();
                Model model = load(fixture, Engine.shared())) {
            Map<String, Tensor> outputs = named(answer(model, expected, EVERYTHING));
            int compared = 0;
            for (String tensor : expected.names()) {
                if (tensor.startsWith("out.cross_attentions.0")
                        && expected.names().contains("in.attention_mask")) {
                    assertReads(expected, outputs.get("cross_attentions.0"));
                    compared++;
                } else if (tensor.startsWith("out.")) {
                    String output = tensor.substring("out.".length());
                    assertTrue(outputs.containsKey(output), "no output " + output);
                    assertClose(output, Fixture.tensor(expected, tensor), outputs.get(output));
                    compared++;
                }
            }
            assertEquals(outputs.size(), compared, outputs.keySet().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"masked", "sequence", "image-learned", "image-fourier", "image-conv"})
    void scalarKernelsAndThreadsGiveTheSameBits(String name) throws IOException {
        Fixture fixture = fixture(name);
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine three = Engine.builder().threads(3).build();
                Model slow = load(fixture, scalar);
                Model fast = load(fixture, three)) {
            Map<String, Tensor> ours = named(answer(fast, expected, EVERYTHING));
            named(answer(slow, expected, EVERYTHING))
                    .forEach((output, tensor) -> assertArrayEquals(bits(tensor), bits(ours.get(output)), output));
        }
    }

    /** Who asks for the result alone is given it, to the bit, and nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"masked", "sequence", "image-learned", "image-fourier", "image-conv"})
    void theResultAloneHasTheSameBits(String name) throws IOException {
        Fixture fixture = fixture(name);
        try (SafetensorsFile expected = fixture.expected();
                Model model = load(fixture, Engine.shared())) {
            Answer everything = answer(model, expected, EVERYTHING);
            Answer result = answer(model, expected, OutputOptions.RESULT_ONLY);
            assertArrayEquals(bits(everything.logits()), bits(result.logits()));
            assertEquals(
                    List.of(List.of(), List.of(), List.of()),
                    List.of(result.hiddenStates(), result.attentions(), result.crossAttentions()));
        }
    }

    /** Texts of many lengths; each alone gives what it gives among the others. */
    @ParameterizedTest
    @ValueSource(strings = {"masked", "sequence"})
    void aTextAloneGivesTheBitsThatItGivesInABatch(String name) {
        Random random = new Random(11);
        int[][] texts = new int[9][];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = random.ints(1 + i % 5 * 2, 6, 262).toArray();
        }
        try (Model model = load(fixture(name), Engine.shared())) {
            Answer together = answer(model, TokenBatch.of(texts), EVERYTHING);
            for (int i = 0; i < texts.length; i++) {
                Answer alone = answer(model, TokenBatch.of(new int[][] {texts[i]}), EVERYTHING);
                assertAlone(together, alone, i, texts.length);
            }
        }
    }

    /** Pictures of many sizes, where positions are computed or interpolated. */
    @ParameterizedTest
    @ValueSource(strings = {"image-learned", "image-fourier", "image-conv"})
    void aPictureAloneGivesTheBitsThatItGivesInABatch(String name) {
        int[][] sizes = {{32, 32}, {5, 5}, {40, 24}, {9, 71}, {5, 5}, {13, 8}};
        Random random = new Random(3);
        List<Tensor> pictures = new ArrayList<>();
        for (int[] size : sizes) {
            Tensor picture = Tensor.zeros(3, size[0], size[1]);
            for (int i = 0; i < picture.size(); i++) {
                picture.data()[i] = (float) random.nextGaussian();
            }
            pictures.add(picture);
        }
        pictures.removeIf(picture -> name.equals("image-conv") && picture.dimension(1) < 9); // no pixel is left of them
        try (Model model = load(fixture(name), Engine.shared())) {
            Answer together = answer(model, ImageBatch.of(pictures), EVERYTHING);
            for (int i = 0; i < pictures.size(); i++) {
                Answer alone = answer(model, ImageBatch.of(List.of(pictures.get(i))), EVERYTHING);
                assertAlone(together, alone, i, pictures.size());
            }
        }
    }

    /** Not even by the maximum of a convolution's places: whoever has such a pixel is to see it in the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"image-learned", "image-fourier", "image-conv"})
    void aPixelThatIsNoNumberIsNotLost(String name) throws IOException {
        Fixture fixture = fixture(name);
        try (SafetensorsFile expected = fixture.expected();
                Model model = load(fixture, Engine.shared())) {
            Tensor pictures = Fixture.tensor(expected, "in.pixel_values");
            pictures.data()[0] = Float.NaN; // of the first picture
            Tensor logits = answer(model, ImageBatch.of(pictures), OutputOptions.RESULT_ONLY)
                    .logits();
            for (int i = 0; i < logits.size(); i++) {
                assertEquals(i < logits.size() / pictures.dimension(0), Float.isNaN(logits.data()[i]), "logit " + i);
            }
        }
    }

    /** A classifier of one class is found by its own Auto class, and by no other. */
    @Test
    void whatIsNoSuchModelIsRefusedByItsClass() {
        var ofPictures = assertThrows(
                RuntimeException.class,
                () -> AutoModelForSequenceClassification.fromPretrained(
                        fixture("image-conv").files()));
        assertTrue(
                ofPictures.getMessage().contains("PerceiverForImageClassificationConvProcessing"),
                ofPictures.getMessage());
        var ofTexts = assertThrows(
                RuntimeException.class,
                () -> AutoModelForImageClassification.fromPretrained(
                        fixture("sequence").files()));
        assertTrue(ofTexts.getMessage().contains("PerceiverForSequenceClassification"), ofTexts.getMessage());
    }

    @Test
    void tooManyBytesOrPixelsAreRefusedWithTheirLimit() {
        try (Model model = load(fixture("masked"), Engine.shared())) {
            TokenBatch batch = TokenBatch.of(new int[][] {new int[12]});
            var refused = assertThrows(IllegalArgumentException.class, () -> answer(model, batch, EVERYTHING));
            assertTrue(refused.getMessage().contains("11"), refused.getMessage());
        }
        try (ImageClassifier model = (ImageClassifier) load(fixture("image-learned"), Engine.shared())) {
            ImageBatch batch = ImageBatch.of(Tensor.zeros(1, 3, 6, 5));
            var refused = assertThrows(
                    IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY, false));
            assertTrue(refused.getMessage().contains("learned positions for 5 x 5"), refused.getMessage());
        }
    }

    // --- Asking

    private static Fixture fixture(String name) {
        return new Fixture(Fixture.ROOT.resolve("perceiver").resolve(name));
    }

    private static Model load(Fixture fixture, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(fixture.files())) {
            Head<? extends Model> head = fixture.head();
            return checkpoint.load(head, engine);
        }
    }

    private static Answer answer(Model model, SafetensorsFile expected, OutputOptions options) {
        return model instanceof ImageClassifier
                ? answer(model, ImageBatch.of(Fixture.tensor(expected, "in.pixel_values")), options)
                : answer(model, Fixture.batch(expected), options);
    }

    private static Answer answer(Model model, ImageBatch batch, OutputOptions options) {
        var output = ((ImageClassifier) model).forward(batch, options, true);
        return new Answer(output.logits(), output.hiddenStates(), output.attentions(), output.crossAttentions());
    }

    private static Answer answer(Model model, TokenBatch batch, OutputOptions options) {
        if (model instanceof SequenceClassifier classifier) {
            var output = classifier.forward(batch, options);
            return new Answer(output.logits(), output.hiddenStates(), output.attentions(), output.crossAttentions());
        }
        var output =
                ((MaskedLanguageModel) model).forwardPositions(batch, options).orElseThrow();
        return new Answer(output.logits(), output.hiddenStates(), output.attentions(), output.crossAttentions());
    }

    private static Map<String, Tensor> named(Answer answer) {
        Map<String, Tensor> outputs = new HashMap<>();
        outputs.put("logits", answer.logits());
        for (int layer = 0; layer < answer.hiddenStates().size(); layer++) {
            outputs.put("hidden_states." + layer, answer.hiddenStates().get(layer));
        }
        for (int layer = 0; layer < answer.attentions().size(); layer++) {
            outputs.put("attentions." + layer, stacked(answer.attentions().get(layer)));
        }
        for (int layer = 0; layer < answer.crossAttentions().size(); layer++) {
            outputs.put(
                    "cross_attentions." + layer,
                    stacked(answer.crossAttentions().get(layer)));
        }
        return outputs;
    }

    // --- Comparing

    private static Tensor stacked(List<Tensor> maps) {
        Tensor stacked = Tensor.zeros(maps.stream().mapToInt(Tensor::size).sum());
        int to = 0;
        for (Tensor map : maps) {
            System.arraycopy(map.data(), 0, stacked.data(), to, map.size());
            to += map.size();
        }
        return stacked;
    }

    /** Every input has as many rows of logits and of latents; maps lie apart. */
    private static void assertAlone(Answer together, Answer alone, int input, int inputs) {
        assertArrayEquals(bits(alone.logits()), bits(part(together.logits(), input, inputs)));
        assertTrue(!alone.hiddenStates().isEmpty() && !alone.crossAttentions().isEmpty());
        for (int layer = 0; layer < alone.hiddenStates().size(); layer++) {
            assertArrayEquals(
                    bits(alone.hiddenStates().get(layer)),
                    bits(part(together.hiddenStates().get(layer), input, inputs)));
        }
        for (int layer = 0; layer < alone.attentions().size(); layer++) {
            assertArrayEquals(
                    bits(alone.attentions().get(layer).getFirst()),
                    bits(together.attentions().get(layer).get(input)));
        }
        for (int layer = 0; layer < alone.crossAttentions().size(); layer++) {
            assertArrayEquals(
                    bits(alone.crossAttentions().get(layer).getFirst()),
                    bits(together.crossAttentions().get(layer).get(input)));
        }
    }

    private static Tensor part(Tensor all, int input, int inputs) {
        int size = all.size() / inputs;
        return Tensor.of(Arrays.copyOfRange(all.data(), input * size, (input + 1) * size), size);
    }

    private static int[] bits(Tensor tensor) {
        return IntStream.range(0, tensor.size())
                .map(i -> Float.floatToRawIntBits(tensor.data()[i]))
                .toArray();
    }

    /** What latents read of padded texts: ours are ragged, the reference's have zeros where the padding is. */
    private static void assertReads(SafetensorsFile expected, Tensor ragged) {
        Tensor padded = Fixture.tensor(expected, "out.cross_attentions.0"); // [texts, heads, latents, bytes]
        int[][] mask = Fixture.rows(expected, "in.attention_mask");
        float[] kept = new float[padded.size()];
        int count = 0;
        int perText = padded.size() / mask.length;
        for (int i = 0; i < padded.size(); i++) {
            if (mask[i / perText][i % mask[0].length] == 1) {
                kept[count++] = padded.data()[i];
            }
        }
        assertClose("cross_attentions.0", Tensor.of(Arrays.copyOf(kept, count), count), ragged);
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
