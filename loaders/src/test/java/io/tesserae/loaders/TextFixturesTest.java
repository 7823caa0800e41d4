package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Input;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenScorer;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hidden state, attention map and logit of the fixtures, against the reference's; and against ourselves, in bits. */
class TextFixturesTest {

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    static List<Fixture> fixtures() {
        return Fixture.of(Input.TOKENS);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTensorIsTheReferences(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected()) {
            TokenBatch batch = Fixture.batch(expected);
            int length = length(expected);
            Map<String, Tensor> outputs = outputs(fixture, batch, length, Engine.shared());
            int compared = 0;
            for (String name : expected.names()) {
                if (name.startsWith("out.") && !name.equals("out.sentence_embedding")) {
                    String output = name.substring("out.".length());
                    assertTrue(outputs.containsKey(output), "no output " + output);
                    assertClose(fixture, batch, output, Fixture.tensor(expected, name), outputs.get(output));
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
            int length = length(expected);
            Map<String, Tensor> ours = outputs(fixture, batch, length, three);
            outputs(fixture, batch, length, scalar)
                    .forEach((name, tensor) -> assertArrayEquals(
                            bits(tensor.toArray()), bits(ours.get(name).toArray()), name));
        }
    }

    /** Who asks for no hidden states is not given them, and the last layer need not compute them all. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void theResultAloneHasTheSameBits(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build()) {
            TokenBatch batch = Fixture.batch(expected);
            int length = length(expected);
            Map<String, Tensor> everything = outputs(fixture, batch, length, Engine.shared(), EVERYTHING);
            for (Engine engine : List.of(Engine.shared(), scalar)) {
                Map<String, Tensor> result = outputs(fixture, batch, length, engine, OutputOptions.RESULT_ONLY);
                assertTrue(!result.isEmpty() && result.size() < everything.size());
                result.forEach((name, tensor) ->
                        assertArrayEquals(bits(everything.get(name).toArray()), bits(tensor.toArray()), name));
            }
        }
    }

    /** Of texts that compete for an answer, all together are one. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void aTextAloneGivesTheBitsThatItGivesInABatch(Fixture fixture) throws Exception {
        try (SafetensorsFile expected = fixture.expected()) {
            TokenBatch batch = Fixture.batch(expected);
            int length = length(expected);
            Map<String, Tensor> together = outputs(fixture, batch, length, Engine.shared());
            int questions = (int) expected.shape("in.input_ids")[0];
            int each = batch.sequences() / questions;
            for (int question = 0; question < questions; question++) {
                TokenBatch own = sequences(batch, question * each, (question + 1) * each);
                int asked = question;
                outputs(fixture, own, length, Engine.shared()).forEach((name, alone) -> {
                    float[] all = together.get(name).data();
                    int size = all.length / questions;
                    assertArrayEquals(
                            bits(Arrays.copyOfRange(all, asked * size, (asked + 1) * size)),
                            bits(alone.toArray()),
                            name);
                });
            }
        }
    }

    private static TokenBatch sequences(TokenBatch batch, int first, int end) {
        int from = batch.sequenceStarts()[first];
        int to = batch.sequenceStarts()[end];
        return new TokenBatch(
                Arrays.copyOfRange(batch.inputIds(), from, to),
                Arrays.copyOfRange(batch.positionIds(), from, to),
                Arrays.copyOfRange(batch.tokenTypeIds(), from, to),
                IntStream.rangeClosed(first, end)
                        .map(s -> batch.sequenceStarts()[s] - from)
                        .toArray());
    }

    private static int length(SafetensorsFile expected) {
        long[] shape = expected.shape("in.input_ids");
        return (int) shape[shape.length - 1];
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }

    private static Map<String, Tensor> outputs(Fixture fixture, TokenBatch batch, int length, Engine engine)
            throws Exception {
        return outputs(fixture, batch, length, engine, EVERYTHING);
    }

    private static Map<String, Tensor> outputs(
            Fixture fixture, TokenBatch batch, int length, Engine engine, OutputOptions options) throws Exception {
        ModelFiles files = fixture.files();
        return switch (fixture.head().suffix()) {
            case "Model" -> {
                try (var model = AutoModel.fromPretrained(files, engine)) {
                    var output = model.forward(batch, options);
                    Map<String, Tensor> outputs = named(batch, length, output.hiddenStates(), output.attentions());
                    boolean beforeLastNorm = fixture.config().modelType().matches("(clip|siglip)_text_model");
                    if (options.hiddenStates() && !beforeLastNorm) { // the reference's are kept once
                        assertArrayEquals(
                                bits(output.lastHiddenState().toArray()),
                                bits(output.hiddenStates().getLast().toArray()));
                    }
                    outputs.put("last_hidden_state", batch.pad(output.lastHiddenState(), length));
                    output.poolerOutput().ifPresent(pooled -> outputs.put("pooler_output", pooled));
                    yield outputs;
                }
            }
            case "ForSequenceClassification" -> {
                try (var model = AutoModelForSequenceClassification.fromPretrained(files, engine)) {
                    var output = model.forward(batch, options);
                    yield logits(batch, length, output.logits(), output.hiddenStates(), output.attentions());
                }
            }
            case "ForNextSentencePrediction" -> {
                try (var model = AutoModelForNextSentencePrediction.fromPretrained(files, engine)) {
                    var output = model.forward(batch, options);
                    yield logits(batch, length, output.logits(), output.hiddenStates(), output.attentions());
                }
            }
            case "ForMultipleChoice" -> {
                try (var model = AutoModelForMultipleChoice.fromPretrained(files, engine);
                        SafetensorsFile expected = fixture.expected()) {
                    int choices = (int) expected.shape("in.input_ids")[1];
                    var output = model.forward(batch, choices, options);
                    Tensor logits = AutoModelForMultipleChoice.logits(output, choices);
                    yield logits(batch, length, logits, output.hiddenStates(), output.attentions());
                }
            }
            case "ForTokenClassification" -> {
                try (var model = AutoModelForTokenClassification.fromPretrained(files, engine)) {
                    var output = model.forward(batch, options);
                    Tensor logits = batch.pad(output.logits(), length);
                    yield logits(batch, length, logits, output.hiddenStates(), output.attentions());
                }
            }
            case "ForMaskedLM" -> {
                try (var model = AutoModelForMaskedLM.fromPretrained(files, engine)) {
                    var output = model.forward(batch, options);
                    Tensor logits = batch.pad(output.logits(), length);
                    yield logits(batch, length, logits, output.hiddenStates(), output.attentions());
                }
            }
            case "ForQuestionAnswering" -> {
                try (var model = AutoModelForQuestionAnswering.fromPretrained(files, engine)) {
                    var output = model.forward(batch, options);
                    Map<String, Tensor> outputs = named(batch, length, output.hiddenStates(), output.attentions());
                    outputs.put("start_logits", padScores(batch, length, output.startLogits()));
                    outputs.put("end_logits", padScores(batch, length, output.endLogits()));
                    yield outputs;
                }
            }
            default -> {
                try (Checkpoint checkpoint = Checkpoint.open(files);
                        Model model = checkpoint.load(fixture.head(), engine)) {
                    if (!(model instanceof TokenScorer scorer)) {
                        throw new AssertionError(fixture + " has " + fixture.head());
                    }
                    var output = scorer.forward(batch, options);
                    Tensor logits = padScores(batch, length, output.logits());
                    yield logits(batch, length, logits, output.hiddenStates(), output.attentions());
                }
            }
        };
    }

    private static Tensor padScores(TokenBatch batch, int length, Tensor scores) {
        return batch.pad(scores.reshape(scores.size(), 1), length).reshape(batch.sequences(), length);
    }

    private static Map<String, Tensor> logits(
            TokenBatch batch, int length, Tensor logits, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {
        Map<String, Tensor> outputs = named(batch, length, hiddenStates, attentions);
        outputs.put("logits", logits);
        return outputs;
    }

    private static Map<String, Tensor> named(
            TokenBatch batch, int length, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {
        Map<String, Tensor> outputs = new HashMap<>();
        for (int i = 0; i < hiddenStates.size(); i++) {
            outputs.put("hidden_states." + i, batch.pad(hiddenStates.get(i), length));
        }
        for (int i = 0; i < attentions.size(); i++) {
            outputs.put("attentions." + i, batch.padAttentions(attentions.get(i), length));
        }
        return outputs;
    }

    /** Compares where tokens are: what the reference computes for padding means nothing. */
    private static void assertClose(Fixture fixture, TokenBatch batch, String name, Tensor expected, Tensor actual) {
        assertArrayEquals(expected.shape(), actual.shape(), name);
        Tensor real = switch (name.split("\\.")[0]) {
            case "hidden_states", "last_hidden_state" ->
                batch.pad(ones(batch.tokens(), expected.dimension(2)), expected.dimension(1));
            case "logits" ->
                expected.rank() == 3
                        ? batch.pad(ones(batch.tokens(), expected.dimension(2)), expected.dimension(1))
                        : perToken(fixture)
                                ? padScores(batch, expected.dimension(1), ones(batch.tokens()))
                                : ones(expected.shape());
            case "start_logits", "end_logits" -> padScores(batch, expected.dimension(1), ones(batch.tokens()));
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

    private static boolean perToken(Fixture fixture) {
        return fixture.head().type() == TokenScorer.class;
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
