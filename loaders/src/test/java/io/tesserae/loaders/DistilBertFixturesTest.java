package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.kernel.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifierOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hidden state, attention map and logit of the fixtures, against the reference's; and against ourselves, in bits. */
class DistilBertFixturesTest {

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    static List<Fixture> fixtures() {
        return Fixture.ofFamilies("distilbert");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTensorIsTheReferences(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected()) {
            TokenBatch batch = Fixture.batch(expected);
            int length = (int) expected.shape("in.input_ids")[1];
            Map<String, Tensor> outputs = outputs(fixture, batch, length, Engine.shared());
            int compared = 0;
            for (String name : expected.names()) {
                if (name.startsWith("out.")) {
                    String output = name.substring("out.".length());
                    assertTrue(outputs.containsKey(output), "no output " + output);
                    assertClose(batch, output, Fixture.tensor(expected, name), outputs.get(output));
                    compared++;
                }
            }
            assertTrue(compared >= 2, "the fixture has hardly any outputs");
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void scalarKernelsAndOneThreadGiveTheSameBits(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine three = Engine.builder().threads(3).build()) {
            TokenBatch batch = Fixture.batch(expected);
            int length = (int) expected.shape("in.input_ids")[1];
            Map<String, Tensor> ours = outputs(fixture, batch, length, three);
            outputs(fixture, batch, length, scalar)
                    .forEach((name, tensor) -> assertArrayEquals(
                            bits(tensor.toArray()), bits(ours.get(name).toArray()), name));
        }
    }

    @Test
    void aTextAloneGivesTheBitsThatItGivesInABatch() throws Exception {
        Fixture fixture = new Fixture(Fixture.ROOT.resolve("distilbert-sst2"));
        try (SafetensorsFile expected = fixture.expected();
                AutoModelForSequenceClassification model =
                        AutoModelForSequenceClassification.fromPretrained(fixture.folder())) {
            TokenBatch batch = Fixture.batch(expected);
            SequenceClassifierOutput together = model.forward(batch, EVERYTHING);
            for (int s = 0; s < batch.sequences(); s++) {
                int from = batch.sequenceStarts()[s];
                int to = batch.sequenceStarts()[s + 1];
                SequenceClassifierOutput alone =
                        model.forward(TokenBatch.of(Arrays.copyOfRange(batch.inputIds(), from, to)), EVERYTHING);
                assertArrayEquals(
                        row(together.logits(), s, s + 1), alone.logits().toArray(), 0f);
                for (int layer = 0; layer < together.hiddenStates().size(); layer++) {
                    assertArrayEquals(
                            bits(row(together.hiddenStates().get(layer), from, to)),
                            bits(alone.hiddenStates().get(layer).toArray()));
                }
                for (int layer = 0; layer < together.attentions().size(); layer++) {
                    assertArrayEquals(
                            bits(together.attentions().get(layer).get(s).toArray()),
                            bits(alone.attentions().get(layer).getFirst().toArray()));
                }
            }
        }
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }

    private static float[] row(Tensor tensor, int from, int to) {
        int width = tensor.dimension(1);
        return Arrays.copyOfRange(tensor.data(), from * width, to * width);
    }

    private static Map<String, Tensor> outputs(Fixture fixture, TokenBatch batch, int length, Engine engine)
            throws Exception {
        Map<String, Tensor> outputs = new HashMap<>();
        ModelFiles files = ModelFiles.directory(fixture.folder());
        List<Tensor> hiddenStates;
        List<List<Tensor>> attentions;
        if (PretrainedConfig.read(files).architectures().contains("DistilBertModel")) {
            try (AutoModel model = AutoModel.fromPretrained(files, engine)) {
                var output = model.forward(batch, EVERYTHING);
                outputs.put("last_hidden_state", batch.pad(output.lastHiddenState(), length));
                hiddenStates = output.hiddenStates();
                attentions = output.attentions();
            }
        } else {
            try (var model = AutoModelForSequenceClassification.fromPretrained(files, engine)) {
                var output = model.forward(batch, EVERYTHING);
                outputs.put("logits", output.logits());
                hiddenStates = output.hiddenStates();
                attentions = output.attentions();
            }
        }
        for (int i = 0; i < hiddenStates.size(); i++) {
            outputs.put("hidden_states." + i, batch.pad(hiddenStates.get(i), length));
        }
        for (int i = 0; i < attentions.size(); i++) {
            outputs.put("attentions." + i, batch.padAttentions(attentions.get(i), length));
        }
        return outputs;
    }

    /** Compares where tokens are: what the reference computes for padding means nothing. */
    private static void assertClose(TokenBatch batch, String name, Tensor expected, Tensor actual) {
        assertArrayEquals(expected.shape(), actual.shape(), name);
        Tensor real = switch (name.split("\\.")[0]) {
            case "hidden_states", "last_hidden_state" ->
                batch.pad(ones(batch.tokens(), expected.dimension(2)), expected.dimension(1));
            case "attentions" -> batch.padAttentions(mapsOfOnes(batch, expected.dimension(1)), expected.dimension(2));
            default -> ones(expected.shape());
        };
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.size(); i++) {
            if (real.data()[i] == 1f) {
                magnitude = Math.max(magnitude, Math.abs(expected.data()[i]));
                error = Math.max(error, Math.abs(expected.data()[i] - actual.data()[i]));
            }
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    private static List<Tensor> mapsOfOnes(TokenBatch batch, int heads) {
        Tensor[] maps = new Tensor[batch.sequences()];
        Arrays.setAll(maps, s -> ones(heads, batch.length(s), batch.length(s)));
        return List.of(maps);
    }

    private static Tensor ones(int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Arrays.fill(tensor.data(), 1f);
        return tensor;
    }
}
