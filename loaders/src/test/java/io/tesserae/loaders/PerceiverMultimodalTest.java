package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.label.ScoredLabel;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.latent.Latents;
import io.tesserae.model.latent.MultimodalAutoencoder;
import io.tesserae.model.latent.MultimodalChunk;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.MultimodalOutput;
import io.tesserae.model.latent.MultimodalReconstruction;
import io.tesserae.model.latent.MultimodalShape;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A video with its sound is read once, and given back as the reference does, in as many parts as one likes. */
class PerceiverMultimodalTest {

    private static final Fixture OURS =
            new Fixture(Fixture.ROOT.resolve("perceiver").resolve("multimodal"));
    private static final Path BESIDE = Path.of("..", "..", "shared", "multimodal", "fixtures", "perceiver-multimodal");

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    @TempDir
    private Path folder;

    static List<Fixture> fixtures() {
        return Stream.of(OURS, new Fixture(BESIDE))
                .filter(fixture -> Files.isDirectory(fixture.folder()))
                .toList();
    }

    /** One video of the feed, with its sound. */
    static MultimodalInputs inputs(SafetensorsFile fed, int index) {
        Tensor image = Fixture.tensor(fed, "in.inputs.image"); // [batch, frames, 3, height, width]
        Tensor audio = Fixture.tensor(fed, "in.inputs.audio"); // [batch, samples, 1]
        return new MultimodalInputs(part(image, index), part(audio, index).reshape(audio.dimension(1)));
    }

    private static Tensor part(Tensor batch, int index) {
        int[] shape = batch.shape();
        int size = batch.size() / shape[0];
        float[] values = new float[size];
        System.arraycopy(batch.data(), index * size, values, 0, size);
        return Tensor.of(values, Arrays.copyOfRange(shape, 1, shape.length));
    }

    static OutputPoints points(SafetensorsFile fed) {
        return new OutputPoints(
                Fixture.rows(fed, "in.subsampled_output_points.image")[0],
                Fixture.rows(fed, "in.subsampled_output_points.audio")[0]);
    }

    private static AutoModelForMultimodalAutoencoding load(Fixture fixture) {
        return AutoModelForMultimodalAutoencoding.fromPretrained(fixture.files());
    }

    // --- The reference's answers

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTensorIsTheReferences(Fixture fixture) throws IOException {
        try (SafetensorsFile expected = fixture.expected();
                var model = load(fixture)) {
            int batch = (int) expected.shape("in.inputs.image")[0];
            for (int i = 0; i < batch; i++) {
                MultimodalOutput output = model.forward(inputs(expected, i), points(expected), EVERYTHING);
                Map<String, Tensor> tensors = named(output);
                int compared = 0;
                for (TensorEntry entry : expected.entries()) {
                    if (entry.name().startsWith("out.")) {
                        String name = entry.name().substring("out.".length());
                        assertClose(part(Fixture.tensor(expected, entry.name()), i), tensors.get(name), name);
                        compared++;
                    }
                }
                assertEquals(tensors.size(), compared);
            }
        }
    }

    private static Map<String, Tensor> named(MultimodalOutput output) {
        Map<String, Tensor> tensors = new TreeMap<>(Map.of(
                "logits.image", output.image(),
                "logits.audio", output.audio(),
                "logits.label", output.label()));
        Map.of(
                        "hidden_states.", output.hiddenStates(),
                        "attentions.", output.attentions(),
                        "cross_attentions.", output.crossAttentions())
                .forEach((name, layers) -> {
                    for (int layer = 0; layer < layers.size(); layer++) {
                        tensors.put(name + layer, layers.get(layer));
                    }
                });
        return tensors;
    }

    private static void assertClose(Tensor expected, Tensor actual, String name) {
        assertArrayEquals(expected.shape(), actual.shape(), name);
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.size(); i++) {
            magnitude = Math.max(magnitude, Math.abs(expected.data()[i]));
            error = Math.max(error, Math.abs(expected.data()[i] - actual.data()[i]));
        }
        assertTrue(error <= TOLERANCE * magnitude, name + " is " + error / magnitude + " away");
    }

    // --- Once read, often asked

    @ParameterizedTest
    @MethodSource("fixtures")
    void whatIsReadOnceIsGivenBackWithTheSameBitsHoweverItIsAsked(Fixture fixture) throws IOException {
        try (SafetensorsFile fed = fixture.expected();
                var model = load(fixture)) {
            MultimodalInputs inputs = inputs(fed, 0);
            MultimodalShape shape = model.autoencoder().outputs();
            MultimodalOutput whole = model.forward(inputs, shape.all(), EVERYTHING);
            Latents latents = model.encode(inputs);
            assertSame(whole.hiddenStates().getLast(), latents.values());
            assertSame(whole, model.decode(latents, shape.all()));
            assertEquals(List.of(), model.decode(latents, shape.all()).hiddenStates());

            OutputPoints mixed = new OutputPoints(new int[] {shape.pixels() - 1, 0, 7, 0}, new int[] {1, 0, 1});
            MultimodalOutput some = model.decode(latents, mixed);
            for (int i = 0; i < mixed.image().length; i++) {
                assertSame(row(whole.image(), mixed.image()[i], 3), row(some.image(), i, 3));
            }
            int samples = shape.samplesPerPatch();
            for (int i = 0; i < mixed.audio().length; i++) {
                assertSame(row(whole.audio(), mixed.audio()[i], samples), row(some.audio(), i, samples));
            }
            assertSame(whole.label(), some.label());
            MultimodalOutput label = model.decode(latents, OutputPoints.NONE);
            assertSame(whole.label(), label.label());
            assertEquals(0, label.image().size() + label.audio().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 128})
    void chunksAreTheWholeInParts(int chunks) throws IOException {
        try (SafetensorsFile fed = OURS.expected();
                var model = load(OURS)) {
            MultimodalShape shape = model.autoencoder().outputs();
            assertEquals(128, shape.pixels());
            Latents latents = model.encode(inputs(fed, 0));
            MultimodalOutput whole = model.decode(latents, shape.all());
            MultimodalReconstruction back = model.reconstruct(latents, chunks);
            assertArrayEquals(
                    new int[] {shape.frames(), 3, shape.height(), shape.width()},
                    back.video().shape());
            for (int pixel = 0; pixel < shape.pixels(); pixel++) {
                int plane = shape.height() * shape.width();
                for (int colour = 0; colour < 3; colour++) {
                    assertEquals(
                            whole.image().get(pixel, colour),
                            back.video()
                                    .get(pixel / plane, colour, pixel % plane / shape.width(), pixel % shape.width()));
                }
            }
            assertSame(whole.audio(), back.audio());
            assertSame(whole.label(), back.label());
            List<MultimodalChunk> parts = new ArrayList<>();
            model.reconstruct(latents, chunks, (Consumer<MultimodalChunk>) parts::add);
            assertEquals(chunks, parts.size());
            assertEquals(
                    shape.pixels(),
                    parts.stream()
                            .mapToInt(part -> part.points().image().length)
                            .sum());
        }
    }

    /** 128 chunks of 6,272 pixels and 15 patches of sound, as the reference's own example. */
    @Test
    void chunksAreThoseOfThePublishedExample() {
        MultimodalShape shape = new MultimodalShape(16, 224, 224, 1920, 16, 700);
        int image = 0;
        int audio = 0;
        for (int chunk = 0; chunk < 128; chunk++) {
            OutputPoints points = shape.chunk(chunk, 128);
            assertEquals(6272, points.image().length);
            assertEquals(15, points.audio().length);
            assertEquals(image, points.image()[0]);
            assertEquals(audio, points.audio()[0]);
            image += 6272;
            audio += 15;
        }
        assertEquals(shape.pixels(), image);
        assertEquals(shape.audioPatches(), audio);
    }

    @Test
    void theBitsAreTheSameOnEveryEngine() throws IOException {
        Map<String, Tensor> expected = null;
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.best())) {
            for (int threads : new int[] {1, 3}) {
                try (Engine engine = Engine.builder()
                                .kernels(kernels)
                                .threads(threads)
                                .build();
                        SafetensorsFile fed = OURS.expected();
                        var model = AutoModelForMultimodalAutoencoding.fromPretrained(OURS.files(), engine)) {
                    OutputPoints all = model.autoencoder().outputs().all();
                    Map<String, Tensor> actual = named(model.forward(inputs(fed, 0), all, EVERYTHING));
                    if (expected == null) {
                        expected = actual;
                    }
                    for (String name : expected.keySet()) {
                        assertSame(expected.get(name), actual.get(name));
                    }
                }
            }
        }
    }

    @Test
    void labelsAreProbabilitiesWithNames() throws IOException {
        try (SafetensorsFile fed = OURS.expected();
                var model = load(OURS)) {
            Latents latents = model.encode(inputs(fed, 0));
            float[] logits = model.decode(latents, OutputPoints.NONE).label().toArray();
            List<ScoredLabel> labels = model.classify(latents);
            assertEquals(logits.length, labels.size());
            assertEquals(1, labels.stream().mapToDouble(ScoredLabel::score).sum(), 1e-6);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            for (int rank = 0; rank < labels.size(); rank++) {
                ScoredLabel label = labels.get(rank);
                int id = Integer.parseInt(label.label().substring(1)); // L0, L1, …
                assertEquals(Math.exp(logits[id]) / sum, label.score(), 1e-6);
                assertTrue(rank == 0 || labels.get(rank - 1).score() >= label.score());
            }
        }
    }

    private static void assertSame(MultimodalOutput expected, MultimodalOutput actual) {
        assertSame(expected.image(), actual.image());
        assertSame(expected.audio(), actual.audio());
        assertSame(expected.label(), actual.label());
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertArrayEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toArray(), actual.toArray());
    }

    private static Tensor row(Tensor tensor, int row, int width) {
        float[] values = new float[width];
        System.arraycopy(tensor.data(), row * width, values, 0, width);
        return Tensor.of(values, width);
    }

    // --- What is refused

    @Test
    void whatIsNotThereIsRefused() throws IOException {
        try (SafetensorsFile fed = OURS.expected();
                var model = load(OURS)) {
            MultimodalInputs good = inputs(fed, 0);
            Latents latents = model.encode(good);
            assertRefused(
                    "image point 1: expected 0 to 127, since the model gives back 128 pixels (output_shape in config.json);"
                            + " found 128",
                    () -> model.decode(latents, new OutputPoints(new int[] {0, 128}, new int[0])));
            assertRefused(
                    "audio point 0: expected 0 to 5, since the model gives back 6 patches of sound (num_frames,"
                            + " audio_samples_per_frame and samples_per_patch in config.json); found -1",
                    () -> model.forward(good, new OutputPoints(new int[0], new int[] {-1}), EVERYTHING));
            assertRefused(
                    "expected 1 to 128 chunks, no more than there are pixels, found 0",
                    () -> model.reconstruct(latents, 0));
            assertRefused(
                    "expected 1 to 128 chunks, no more than there are pixels, found 129",
                    () -> model.reconstruct(latents, 129, (Consumer<MultimodalChunk>) _ -> {}));
            assertRefused(
                    "audio: expected a multiple of 5 samples (samples_per_patch in config.json), found 7",
                    () -> model.encode(new MultimodalInputs(good.video(), Tensor.zeros(7))));
            assertRefused(
                    "video: expected 2 frames or more, whose height and width are multiples of 4, found 2 of 8 x 6"
                            + " (height x width)",
                    () -> model.encode(new MultimodalInputs(Tensor.zeros(2, 3, 8, 6), good.audio())));
            assertRefused(
                    "video: expected 2 frames or more, whose height and width are multiples of 4, found 1 of 8 x 8"
                            + " (height x width)",
                    () -> model.encode(new MultimodalInputs(Tensor.zeros(1, 3, 8, 8), good.audio())));
            assertThrows(
                    IllegalArgumentException.class, () -> new MultimodalInputs(Tensor.zeros(2, 1, 8, 8), good.audio()));
            if (fixtures().size() > 1) {
                try (var other = load(fixtures().getLast())) {
                    assertThrows(IllegalArgumentException.class, () -> other.decode(latents, OutputPoints.NONE));
                }
            }
        }
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void nothingAnswersOnceItIsClosed() throws IOException {
        try (SafetensorsFile fed = OURS.expected()) {
            var model = load(OURS);
            MultimodalInputs inputs = inputs(fed, 0);
            Latents latents = model.encode(inputs);
            MultimodalAutoencoder inside = model.autoencoder();
            model.close();
            model.close();
            assertThrows(IllegalStateException.class, () -> model.encode(inputs));
            assertThrows(IllegalStateException.class, () -> model.decode(latents, OutputPoints.NONE));
            assertThrows(IllegalStateException.class, () -> model.classify(latents));
            assertThrows(IllegalStateException.class, () -> model.reconstruct(latents, 1));
            assertThrows(IllegalStateException.class, () -> inside.forward(inputs, OutputPoints.NONE, EVERYTHING));
        }
    }

    /** Videos of other sizes than the model was made for are read too, as in the reference. */
    @Test
    void videosMayHaveOtherSizes() {
        try (var model = load(OURS)) {
            Latents latents = model.encode(new MultimodalInputs(Tensor.zeros(3, 3, 4, 12), Tensor.zeros(10)));
            assertTrue(latents.values().isFinite());
        }
    }

    // --- Configurations and weights that do not fit

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"samples_per_patch\": 31",
                "\"samples_per_patch\": 0",
                "\"num_frames\": 0",
                "\"num_frames\": 1000000000",
                "\"audio_samples_per_frame\": 2000000000",
                "\"image_size\": 0",
                "\"output_shape\": [1, 2, 8]",
                "\"output_shape\": [1, 2, 0, 8]",
                "\"output_shape\": [1, 60000, 8000, 8000]",
                "\"output_shape\": \"whole\"",
                "\"output_num_channels\": 8",
                "\"output_num_channels\": -1",
                "\"_label_trainable_num_channels\": 10",
                "\"id2label\": {\"0\": \"one\"}",
                "\"num_cross_attention_heads\": 5"
            })
    void aConfigurationThatDoesNotFitIsRefused(String change) throws IOException {
        String key = change.substring(1, change.indexOf('"', 1));
        String config = Files.readString(OURS.folder().resolve("config.json"));
        String changed = withoutKey(config, key).replaceFirst("\\{", "{" + change + ",");
        ModelLoadingException refusal =
                assertThrows(ModelLoadingException.class, () -> loadChanged(changed, UnaryOperator.identity()));
        boolean byShape =
                List.of("output_num_channels\": 8", "_label_trainable_num_channels\": 10", "id2label").stream()
                        .anyMatch(change::contains);
        assertTrue(refusal.getMessage().contains(byShape ? "expected shape" : key), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());
    }

    private static String withoutKey(String config, String key) {
        JsonObject json = JsonParser.parseString(config).getAsJsonObject();
        json.remove(key);
        return json.toString();
    }

    /** No output depends on these, and the reference wants them all the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "perceiver.input_preprocessor.padding.label",
                "perceiver.input_preprocessor.mask.audio",
                "perceiver.input_preprocessor.mask.image",
                "perceiver.decoder.padding.image"
            })
    void aTensorThatIsMissingOrOfAnotherShapeIsRefused(String name) throws IOException {
        String config = Files.readString(OURS.folder().resolve("config.json"));
        for (boolean missing : new boolean[] {true, false}) {
            ModelLoadingException refusal = assertThrows(
                    ModelLoadingException.class,
                    () -> loadChanged(config, tensors -> {
                        tensors.remove(name);
                        if (!missing) {
                            tensors.put(name, Tensor.zeros(1, 3));
                        }
                        return tensors;
                    }));
            assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
        }
        ModelLoadingException refusal = assertThrows(
                ModelLoadingException.class,
                () -> loadChanged(config, tensors -> {
                    tensors.put("perceiver.decoder.padding.smell", Tensor.zeros(1, 3));
                    return tensors;
                }));
        assertTrue(refusal.getMessage().contains("smell"), refusal.getMessage());
    }

    private void loadChanged(String config, UnaryOperator<Map<String, Tensor>> change) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        Map<String, Tensor> tensors = new TreeMap<>();
        Path weights = folder.resolve("unchanged.safetensors");
        Files.write(weights, bytes());
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            tensors.putAll(
                    file.names().stream().collect(Collectors.toMap(name -> name, name -> Fixture.tensor(file, name))));
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        change.apply(tensors).forEach(writer::add);
        writer.write(folder.resolve("model.safetensors"));
        AutoModelForMultimodalAutoencoding.fromPretrained(ModelFiles.directory(folder))
                .close();
    }

    private static byte[] bytes() throws IOException {
        return Files.readAllBytes(Packed.checkpoint(OURS.folder()).resolve("model.safetensors"));
    }
}
