package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.TextCase.Built;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Tape.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every family's networks of texts have in common. */
class NetworksTest {

    /** A long one drowns rounding, a short one sees neither bends nor the kinks of ReLU: one of them is to agree. */
    private static final double[] STEPS = {5e-3, 1e-3};

    /** A key's bias moves all scores of a query alike, and softmax does not see it. */
    private static final String KEY_BIAS = ".*(key|k_lin|attn\\.k)\\.bias";

    /** The pooler, which not all heads have, and a decoder's second bias. */
    private static final String UNUSED = "(\\w+\\.)?pooler\\.dense\\.(weight|bias)|(cls\\.predictions|lm_head)\\.bias";

    private static final List<String> DROPOUTS = List.of(
            "dropout",
            "attention_dropout",
            "qa_dropout",
            "seq_classif_dropout",
            "hidden_dropout_prob",
            "attention_probs_dropout_prob",
            "classifier_dropout",
            "summary_first_dropout",
            "summary_last_dropout");

    static List<TextCase> cases() {
        return TextCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void evaluationHasTheBitsOfInference(TextCase the) {
        Built built = the.build(the.config());
        TokenBatch batch = the.batch();
        try (Tape tape = Tape.evaluating(TextCase.setting(Engine.shared(), Keeping.ALL))) {
            Tensor found = TextCase.output(built.network(), tape, batch).value();
            assertArrayEquals(the.expected(batch).toArray(), found.toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void parametersAreTheTensorsOfTheCheckpoint(TextCase the) {
        Built built = the.build(the.config());
        String prefix = the.family().basePrefix();
        Set<String> expected = new TreeSet<>();
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(the.folder()))) {
            expected.addAll(weights.names());
        }
        expected.removeAll(built.parameters().unused());
        Set<String> found = built.parameters().all().stream()
                .map(parameter -> withoutPrefix(parameter.name(), prefix))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(List.of(), built.parameters().newlyInitialized());
        assertTrue(
                built.parameters().unused().stream().allMatch(name -> name.matches(UNUSED)),
                () -> "unused: " + built.parameters().unused());
        assertEquals(
                expected.stream()
                        .map(name -> withoutPrefix(name, prefix)
                                .replaceAll("LayerNorm\\.gamma$", "LayerNorm.weight")
                                .replaceAll("LayerNorm\\.beta$", "LayerNorm.bias"))
                        .collect(Collectors.toCollection(TreeSet::new)),
                found);
    }

    private static String withoutPrefix(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAgreeWithFiniteDifferences(TextCase the) {
        Built built = the.build(the.config());
        TokenBatch batch = the.batch();
        Tape.Setting setting = TextCase.setting(Engine.shared(), Keeping.ALL);
        backward(built, setting, batch, null);
        double noise = 2e-7 * magnitude(built, setting, batch);
        for (Parameter parameter : built.parameters().all()) {
            assertFalse(parameter.gradient().isEmpty(), parameter::name);
            double norm = norm(parameter);
            assertTrue(Double.isFinite(norm), parameter::name);
            assertTrue(norm > 1e-4 || parameter.name().matches(KEY_BIAS), () -> parameter.name() + ": " + norm);
            if (!parameter.name().matches(KEY_BIAS)) {
                double[] slopes = Arrays.stream(STEPS)
                        .map(step -> slope(built, setting, batch, parameter, step / norm))
                        .toArray();
                boolean agree = IntStream.range(0, STEPS.length)
                        .anyMatch(i -> Math.abs(slopes[i] - norm) <= 0.01 * norm + noise / STEPS[i]);
                assertTrue(agree, () -> parameter.name() + ": " + norm + ", slopes " + Arrays.toString(slopes));
            }
        }
    }

    /** The loss's slope along a parameter's gradient, which is the gradient's norm. */
    private static double slope(Built built, Tape.Setting setting, TokenBatch batch, Parameter parameter, double step) {
        float[] values = parameter.value().toArray();
        float[] gradient = parameter.gradient().tensor().data();
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < values.length; i++) {
                parameter.data()[i] = (float) (values[i] + (side == 0 ? step : -step) * gradient[i]);
            }
            losses[side] = loss(built, setting, batch);
        }
        System.arraycopy(values, 0, parameter.data(), 0, values.length);
        return (losses[0] - losses[1]) / (2 * step * norm(parameter));
    }

    private static double rootMeanSquare(float[] values, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum / count);
    }

    private static double norm(Parameter parameter) {
        int size = parameter.value().size();
        return rootMeanSquare(parameter.gradient().tensor().data(), size) * Math.sqrt(size);
    }

    private static double loss(Built built, Tape.Setting setting, TokenBatch batch) {
        try (Tape tape = Tape.evaluating(setting)) {
            return GivenLoss.sines(
                    TextCase.output(built.network(), tape, batch).value());
        }
    }

    private static double magnitude(Built built, Tape.Setting setting, TokenBatch batch) {
        try (Tape tape = Tape.evaluating(setting)) {
            float[] output = TextCase.output(built.network(), tape, batch).value().toArray();
            return rootMeanSquare(output, output.length) * output.length;
        }
    }

    private static float backward(Built built, Tape.Setting setting, TokenBatch batch, Tape.Randomness randomness) {
        built.parameters().all().forEach(Parameter::clearGradient);
        try (Tape tape = Tape.recording(setting, randomness)) {
            var loss = GivenLoss.sines(tape, TextCase.output(built.network(), tape, batch));
            float value = loss.value().data()[0];
            tape.backward(loss, 1f);
            return value;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsHaveTheSameBitsHoweverTheyAreComputed(TextCase the) throws IOException {
        Built built = the.build(withDropout(the));
        TokenBatch batch = the.batch();
        List<float[]> expected = null;
        for (int threads : new int[] {1, 4}) {
            try (Engine engine = Engine.builder().threads(threads).build()) {
                for (Keeping keeping : Keeping.values()) {
                    Tape.Setting setting = TextCase.setting(engine, keeping);
                    float withDropout = backward(built, setting, batch, new Tape.Randomness(7, 3, 1));
                    assertNotEquals((float) loss(built, setting, batch), withDropout);
                    List<float[]> found = gradients(built);
                    expected = expected == null ? found : expected;
                    assertSameBits(built, expected, found);
                }
            }
        }
    }

    private static List<float[]> gradients(Built built) {
        return built.parameters().all().stream()
                .map(parameter -> parameter.gradient().tensor().toArray())
                .toList();
    }

    private static void assertSameBits(Built built, List<float[]> expected, List<float[]> found) {
        for (int i = 0; i < found.size(); i++) {
            Parameter parameter = built.parameters().all().get(i);
            assertArrayEquals(expected.get(i), found.get(i), parameter::name);
        }
    }

    private static PretrainedConfig withDropout(TextCase the) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(the.folder().resolve("config.json")))
                .getAsJsonObject();
        DROPOUTS.forEach(key -> json.addProperty(key, 0.2));
        return PretrainedConfig.parse(json.toString(), "config.json");
    }

    /** What lies before frozen layers is trained through them, whether their inside is kept or computed again. */
    @ParameterizedTest
    @MethodSource("cases")
    void gradientsFlowThroughFrozenLayers(TextCase the) {
        Built built = the.build(the.config());
        Tape.Setting keeping = TextCase.setting(Engine.shared(), Keeping.ALL);
        Tape.Setting recomputing = TextCase.setting(Engine.shared(), Keeping.BLOCK_INPUTS);
        built.parameters().all().stream()
                .filter(parameter -> parameter.name().contains("layer."))
                .forEach(Parameter::freeze);
        Parameter first = built.parameters().all().getFirst();
        backward(built, keeping, the.batch(), null);
        float[] expected = first.gradient().tensor().toArray();
        assertFalse(first.gradient().isEmpty());
        backward(built, recomputing, the.batch(), null);
        assertFalse(first.gradient().isEmpty());
        assertTrue(Arrays.equals(expected, first.gradient().tensor().toArray()));
        assertTrue(built.parameters().all().stream()
                .filter(parameter -> !parameter.isTrained())
                .allMatch(parameter -> parameter.gradient().isEmpty()));
    }
}
