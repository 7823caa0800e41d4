package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.PictureCase.Built;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Tape.Keeping;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every family's networks of pictures have in common. */
class PictureNetworksTest {

    /** A long one drowns rounding, a short one sees no bends: one of them is to agree. */
    private static final double[] STEPS = {5e-3, 1e-3};

    /** A key's bias moves all scores of a query alike, and softmax does not see it. */
    private static final String KEY_BIAS = ".*key\\.bias";

    /** The pooler and the mask token, which none of these networks has a use for. */
    private static final String UNUSED = "(\\w+\\.)?(pooler\\.dense\\.(weight|bias)|embeddings\\.mask_token)";

    private static final List<String> DROPOUTS =
            List.of("hidden_dropout_prob", "attention_probs_dropout_prob", "attention_dropout");

    static List<PictureCase> cases() {
        return PictureCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void evaluationHasTheBitsOfInference(PictureCase the) {
        Built built = the.build(the.config());
        ImageBatch pictures = the.pictures();
        try (Tape tape = Tape.evaluating(Tape.Setting.of(Engine.shared().machine(), Keeping.ALL))) {
            Tensor found = PictureCase.output(built.network(), tape, pictures).value();
            assertArrayEquals(the.expected(pictures), found.toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void parametersAreTheTensorsOfTheCheckpoint(PictureCase the) {
        Parameters parameters = the.build(the.config()).parameters();
        String prefix = the.family().basePrefix();
        Set<String> expected = new TreeSet<>();
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(the.folder()))) {
            weights.names().forEach(name -> expected.add(withoutPrefix(name, prefix)));
        }
        parameters.unused().forEach(name -> expected.remove(withoutPrefix(name, prefix)));

        assertEquals(List.of(), parameters.newlyInitialized());
        assertTrue(
                parameters.unused().stream().allMatch(name -> name.matches(UNUSED)),
                () -> "unused: " + parameters.unused());
        assertEquals(
                expected,
                parameters.all().stream()
                        .map(parameter -> withoutPrefix(parameter.name(), prefix))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String withoutPrefix(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAgreeWithFiniteDifferences(PictureCase the) {
        Built built = the.build(the.config());
        ImageBatch pictures = the.pictures();
        Tape.Setting setting = Tape.Setting.of(Engine.shared().machine(), Keeping.ALL);
        backward(built, setting, pictures, null);
        double noise = 2e-7 * magnitude(built, setting, pictures);
        for (Parameter parameter : built.parameters().all()) {
            assertFalse(parameter.gradient().isEmpty(), parameter::name);
            double norm = norm(parameter);
            assertTrue(Double.isFinite(norm), parameter::name);
            assertTrue(norm > 1e-4 || parameter.name().matches(KEY_BIAS), () -> parameter.name() + ": " + norm);
            if (!parameter.name().matches(KEY_BIAS)) {
                double[] slopes = Arrays.stream(STEPS)
                        .map(step -> slope(built, setting, pictures, parameter, step / norm))
                        .toArray();
                boolean agree = IntStream.range(0, STEPS.length)
                        .anyMatch(i -> Math.abs(slopes[i] - norm) <= 0.01 * norm + noise / STEPS[i]);
                assertTrue(agree, () -> parameter.name() + ": " + norm + ", slopes " + Arrays.toString(slopes));
            }
        }
    }

    /** The loss's slope along a parameter's gradient, which is the gradient's norm. */
    private static double slope(
            Built built, Tape.Setting setting, ImageBatch pictures, Parameter parameter, double step) {
        float[] values = parameter.value().toArray();
        float[] gradient = parameter.gradient().tensor().data();
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < values.length; i++) {
                parameter.data()[i] = (float) (values[i] + (side == 0 ? step : -step) * gradient[i]);
            }
            losses[side] = loss(built, setting, pictures);
        }
        System.arraycopy(values, 0, parameter.data(), 0, values.length);
        return (losses[0] - losses[1]) / (2 * step * norm(parameter));
    }

    private static double norm(Parameter parameter) {
        return length(parameter.gradient().tensor().toArray());
    }

    private static double length(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static double loss(Built built, Tape.Setting setting, ImageBatch pictures) {
        try (Tape tape = Tape.evaluating(setting)) {
            return GivenLoss.sines(
                    PictureCase.output(built.network(), tape, pictures).value());
        }
    }

    private static double magnitude(Built built, Tape.Setting setting, ImageBatch pictures) {
        try (Tape tape = Tape.evaluating(setting)) {
            float[] output =
                    PictureCase.output(built.network(), tape, pictures).value().toArray();
            return length(output) * Math.sqrt(output.length);
        }
    }

    private static float backward(Built built, Tape.Setting setting, ImageBatch pictures, Tape.Randomness randomness) {
        built.parameters().all().forEach(Parameter::clearGradient);
        try (Tape tape = Tape.recording(setting, randomness)) {
            Variable loss = GivenLoss.sines(tape, PictureCase.output(built.network(), tape, pictures));
            float value = loss.value().data()[0];
            tape.backward(loss, 1f);
            return value;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsHaveTheSameBitsHoweverTheyAreComputed(PictureCase the) throws IOException {
        Built built = the.build(withDropout(the));
        ImageBatch pictures = the.pictures();
        List<float[]> expected = null;
        for (int threads : new int[] {1, 4}) {
            try (Engine engine = Engine.builder().threads(threads).build()) {
                for (Keeping keeping : Keeping.values()) {
                    Tape.Setting setting = Tape.Setting.of(engine.machine(), keeping);
                    float withDropout = backward(built, setting, pictures, new Tape.Randomness(7, 3, 1));
                    assertNotEquals((float) loss(built, setting, pictures), withDropout);
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

    private static PretrainedConfig withDropout(PictureCase the) throws IOException {
        JsonObject json = json(the);
        DROPOUTS.forEach(key -> json.addProperty(key, 0.2));
        for (String part : List.of("text_config", "vision_config")) {
            if (json.has(part)) {
                DROPOUTS.forEach(key -> json.getAsJsonObject(part).addProperty(key, 0.2));
            }
        }
        return PretrainedConfig.parse(json.toString(), "config.json");
    }

    private static JsonObject json(PictureCase the) throws IOException {
        return JsonParser.parseString(Files.readString(the.folder().resolve("config.json")))
                .getAsJsonObject();
    }

    /** The last block computes what is wanted alone, with the bits of all. */
    @Test
    void wantedRowsHaveTheBitsOfAllRows() {
        PictureCase the = new PictureCase("dinov2-swiglu", Head.IMAGE_ENCODER, true);
        Network.OfPictures encoder =
                (Network.OfPictures) the.build(the.config()).network();
        ImageBatch pictures = the.pictures();
        int[] starts = encoder.starts(pictures);
        try (Tape tape = Tape.evaluating(Tape.Setting.of(Engine.shared().machine(), Keeping.ALL))) {
            Tensor all = encoder.hiddenStates(tape, pictures, Optional.empty()).value();
            Tensor firsts = encoder.hiddenStates(tape, pictures, Optional.of(Rows.firsts(starts)))
                    .value();
            int hidden = encoder.hiddenSize();
            for (int i = 0; i < pictures.images(); i++) {
                assertArrayEquals(
                        Arrays.copyOfRange(all.data(), starts[i] * hidden, (starts[i] + 1) * hidden),
                        Arrays.copyOfRange(firsts.data(), i * hidden, (i + 1) * hidden));
            }
        }
    }

    @Test
    void picturesOfOtherSizesAreRefusedUnlessPositionsAreInterpolated() {
        PictureCase fixed = new PictureCase("vit-base", Head.IMAGE_ENCODER, false);
        Network.OfPictures encoder =
                (Network.OfPictures) fixed.build(fixed.config()).network();
        ImageBatch pictures = new PictureCase("vit-base", Head.IMAGE_ENCODER, true).pictures();
        var refusal = assertThrows(IllegalArgumentException.class, () -> encoder.starts(pictures));
        assertTrue(refusal.getMessage().contains("picture 1"), refusal::getMessage);
        assertArrayEquals(
                new int[] {0, 17, 28, 31}, encoder.interpolatingPositions().starts(pictures));
    }

    @Test
    void depthThatChancesIsRefusedByItsKey() throws IOException {
        PictureCase the = new PictureCase("dinov2-classify", Head.IMAGE_CLASSIFICATION, true);
        JsonObject json = json(the);
        json.addProperty("drop_path_rate", 0.1);
        PretrainedConfig config = PretrainedConfig.parse(json.toString(), "config.json");
        var refusal = assertThrows(RuntimeException.class, () -> the.build(config));
        assertTrue(refusal.getMessage().contains("drop_path_rate"), refusal::getMessage);
    }

    @Test
    void layerScaleBeginsWithItsKey() throws IOException {
        PictureCase the = new PictureCase("dinov2-classify", Head.IMAGE_CLASSIFICATION, true);
        JsonObject json = json(the);
        json.addProperty("layerscale_value", 0.25);
        PretrainedConfig config = PretrainedConfig.parse(json.toString(), "config.json");
        Parameters parameters = Parameters.fromScratch(1, 0.02f);
        the.family().heads().get(the.head()).build(config, parameters);
        Parameter scale =
                parameters.named("dinov2.encoder.layer.0.layer_scale1.lambda1").orElseThrow();
        assertEquals(0.25f, scale.data()[23]);
    }
}
