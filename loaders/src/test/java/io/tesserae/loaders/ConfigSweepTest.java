package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageExtent;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenScorer;
import io.tesserae.model.latent.FeatureBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every key of config.json, set to other values, against what the reference made of it: the same numbers, or a refusal. Where
 * this project does otherwise on purpose, the table says why. See testdata/README.md.
 */
class ConfigSweepTest {

    private static final Path TABLE = Path.of(System.getProperty(
            "tesserae.configSweep",
            Path.of("..", "testdata", "config-sweep.jsonl.gz").toString()));

    /** Of the output's largest magnitude among the elements that are compared, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final OutputOptions HIDDEN_STATES = new OutputOptions(true, false);

    /** A checkpoint, and all the changes of its config.json. */
    record Checkpoint(JsonObject head, List<JsonObject> changes) {

        String fixture() {
            return head.get("fixture").getAsString();
        }

        String className() {
            return head.get("class").getAsString();
        }

        @Override
        public String toString() {
            return className() + " of " + fixture();
        }
    }

    static List<Checkpoint> checkpoints() throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(TABLE)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject row = StrictJson.parseObject(line, TABLE.toString());
                if (row.has("fixture")) {
                    checkpoints.add(new Checkpoint(row, new ArrayList<>()));
                } else {
                    checkpoints.getLast().changes().add(row);
                }
            }
        }
        return checkpoints;
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyChangeHasTheReferencesAnswerOrIsRefused(Checkpoint checkpoint) throws IOException {
        Path folder = Fixture.ROOT.resolve(checkpoint.fixture());
        MemorySegment weights =
                ModelFiles.directory(Packed.checkpoint(folder)).map("model.safetensors", Arena.ofAuto());
        JsonObject config = StrictJson.parseObject(Files.readString(folder.resolve("config.json")), "config.json");
        JsonArray architectures = new JsonArray();
        architectures.add(checkpoint.className());
        config.add("architectures", architectures);
        JsonObject usual = checkpoint.head().getAsJsonObject("outputs");
        List<String> wrong = new ArrayList<>();
        try (SafetensorsFile fed = new Fixture(folder).expected();
                Engine engine =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build()) {
            compare(usual, outputs(checkpoint.className(), new ChangedConfig(config, weights), fed, engine))
                    .ifPresent(difference -> wrong.add("unchanged: " + difference));
            for (JsonObject change : checkpoint.changes()) {
                ModelFiles files = new ChangedConfig(changed(config, change), weights);
                judge(change, usual, checkpoint.className(), files, fed, engine)
                        .ifPresent(fault -> wrong.add(change + ": " + fault));
            }
        }
        assertTrue(checkpoint.changes().size() >= 20, "the table has hardly any changes");
        assertEquals(
                "",
                String.join("\n", wrong),
                wrong.size() + " of " + checkpoint.changes().size());
    }

    /** What is wrong with what is made of a change; empty where nothing is. */
    private static Optional<String> judge(
            JsonObject change,
            JsonObject usual,
            String className,
            ModelFiles files,
            SafetensorsFile fed,
            Engine engine) {
        JsonElement reference = change.get("reference");
        String here = change.has("here") ? change.get("here").getAsString() : "";
        boolean answers = here.isEmpty()
                ? reference.isJsonObject() || reference.getAsString().equals("same")
                : here.startsWith("answers: ");
        try {
            Map<String, float[]> outputs = outputs(className, files, fed, engine);
            return answers
                    ? compare(reference instanceof JsonObject others ? others : usual, outputs)
                    : Optional.of("is not refused");
        } catch (ModelLoadingException | IllegalArgumentException e) {
            return answers ? Optional.of("is refused: " + e.getMessage()) : Optional.empty();
        }
    }

    private static JsonObject changed(JsonObject config, JsonObject change) {
        if (!change.has("in")) {
            return changedItself(config, change);
        }
        JsonObject changed = config.deepCopy();
        String inner = change.get("in").getAsString();
        changed.add(inner, changedItself(config.getAsJsonObject(inner), change));
        return changed;
    }

    private static JsonObject changedItself(JsonObject config, JsonObject change) {
        JsonObject changed = new JsonObject();
        members(change, "first").forEach(changed::add);
        config.asMap().forEach((key, value) -> {
            if (!changed.has(key)) {
                changed.add(key, value);
            }
        });
        if (change.has("unset")) {
            change.getAsJsonArray("unset").forEach(key -> changed.remove(key.getAsString()));
        }
        members(change, "set").forEach(changed::add);
        return changed;
    }

    private static Map<String, JsonElement> members(JsonObject change, String name) {
        return change.has(name) ? change.getAsJsonObject(name).asMap() : Map.of();
    }

    /** A checkpoint whose weights are in memory once, for all the configurations. */
    private record ChangedConfig(JsonObject config, MemorySegment weights) implements ModelFiles {

        @Override
        public boolean exists(String name) {
            return name.equals("config.json") || name.equals("model.safetensors");
        }

        @Override
        public String readText(String name, long byteLimit) {
            assertEquals("config.json", name);
            return config.toString();
        }

        @Override
        public MemorySegment map(String name, Arena arena) {
            assertEquals("model.safetensors", name);
            return weights;
        }

        @Override
        public String describe(String name) {
            return "changed: " + name;
        }
    }

    /** The outputs of the first sequence or picture, by the names that the table has. */
    private static Map<String, float[]> outputs(
            String className, ModelFiles files, SafetensorsFile fed, Engine engine) {
        if (className.endsWith("ForVisionText2Text") || className.endsWith("ForConditionalGeneration")) {
            return mixedOutputs(files, fed, engine);
        }
        if (fed.names().contains("in.pixel_values")) {
            return imageOutputs(className, files, ImageBatch.of(firstOf(fed)), engine);
        }
        if (className.equals("PerceiverModel")) {
            return latentOutputs(files, fed, engine);
        }
        if (className.equals("PerceiverForOpticalFlow")) {
            return flowOutputs(files, fed, engine);
        }
        if (fed.names().contains("in.inputs.image")) {
            return multimodalOutputs(files, fed, engine);
        }
        TokenBatch batch = firstTexts(fed);
        int tokens = batch.length(0);
        int head = className.indexOf("For");
        return switch (head < 0 ? "Model" : className.substring(head)) {
            case "Model" -> {
                try (var model = AutoModel.fromPretrained(files, engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    var outputs = named("last_hidden_state", output.lastHiddenState(), tokens);
                    output.poolerOutput().ifPresent(pooled -> outputs.put("pooler_output", rows(pooled, 1)));
                    yield with(outputs, output.hiddenStates(), tokens);
                }
            }
            case "ForSequenceClassification" -> {
                try (var model = AutoModelForSequenceClassification.fromPretrained(files, engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    int states = states(className, output.hiddenStates(), tokens);
                    yield with(named("logits", output.logits(), 1), output.hiddenStates(), states);
                }
            }
            case "ForNextSentencePrediction" -> {
                try (var model = AutoModelForNextSentencePrediction.fromPretrained(files, engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    yield with(named("logits", output.logits(), 1), output.hiddenStates(), tokens);
                }
            }
            case "ForMultipleChoice" -> {
                try (var model = AutoModelForMultipleChoice.fromPretrained(files, engine)) {
                    var output = model.forward(batch, batch.sequences(), HIDDEN_STATES);
                    Tensor logits = AutoModelForMultipleChoice.logits(output, batch.sequences());
                    yield with(named("logits", logits, 1), output.hiddenStates(), tokens);
                }
            }
            case "ForTokenClassification" -> {
                try (var model = AutoModelForTokenClassification.fromPretrained(files, engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    yield with(named("logits", output.logits(), tokens), output.hiddenStates(), tokens);
                }
            }
            case "ForMaskedLM" -> {
                try (var model = AutoModelForMaskedLM.fromPretrained(files, engine)) {
                    // A Perceiver's reference has a row for every position, tokens or none.
                    var output = model.languageModel()
                            .forwardPositions(batch, HIDDEN_STATES)
                            .orElseGet(() -> model.forward(batch, HIDDEN_STATES));
                    int states = states(className, output.hiddenStates(), tokens);
                    int scored =
                            className.startsWith("Perceiver") ? output.logits().dimension(0) : tokens;
                    yield with(named("logits", output.logits(), scored), output.hiddenStates(), states);
                }
            }
            case "ForCausalLM" -> {
                try (var model = AutoModelForCausalLM.fromPretrained(files, engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    yield with(named("logits", output.logits(), tokens), output.hiddenStates(), tokens);
                }
            }
            case "ForQuestionAnswering" -> {
                try (var model = AutoModelForQuestionAnswering.fromPretrained(files, engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    var outputs = named("start_logits", column(output.startLogits()), tokens);
                    outputs.put("end_logits", rows(column(output.endLogits()), tokens));
                    yield with(outputs, output.hiddenStates(), tokens);
                }
            }
            case "ForPreTraining" -> {
                try (var checkpoint = io.tesserae.loaders.Checkpoint.open(files);
                        var model = checkpoint.load(scorer(className), engine)) {
                    var output = model.forward(batch, HIDDEN_STATES);
                    yield with(named("logits", column(output.logits()), tokens), output.hiddenStates(), tokens);
                }
            }
            default -> throw new AssertionError(className);
        };
    }

    /** Of one sequence: as many as it has tokens, or, of a Perceiver, as it has latents. */
    private static int states(String className, List<Tensor> hiddenStates, int tokens) {
        return className.startsWith("Perceiver") && !hiddenStates.isEmpty()
                ? hiddenStates.getLast().dimension(0)
                : tokens;
    }

    /** The head that a class has, which is one that scores tokens. */
    @SuppressWarnings("unchecked") // the assertion checks it
    private static Head<TokenScorer> scorer(String className) {
        Head<?> head = Families.ALL.headOf(className).orElseThrow();
        assertEquals(TokenScorer.class, head.type());
        return (Head<TokenScorer>) head;
    }

    private static Map<String, float[]> imageOutputs(
            String className, ModelFiles files, ImageBatch batch, Engine engine) {
        if (className.endsWith("Model")) {
            try (var model = AutoVisionModel.fromPretrained(files, engine)) {
                var output = model.forward(batch, HIDDEN_STATES);
                int tokens = output.sequenceStarts()[1];
                var outputs = named("last_hidden_state", output.lastHiddenState(), tokens);
                output.poolerOutput().ifPresent(pooled -> outputs.put("pooler_output", rows(pooled, 1)));
                return with(outputs, output.hiddenStates(), tokens);
            }
        }
        try (var model = AutoModelForImageClassification.fromPretrained(files, engine)) {
            var output = model.forward(batch, HIDDEN_STATES);
            int tokens = output.hiddenStates().isEmpty()
                    ? 0
                    : output.hiddenStates().getLast().dimension(0);
            return with(named("logits", output.logits(), 1), output.hiddenStates(), tokens);
        }
    }

    private static Map<String, float[]> mixedOutputs(ModelFiles files, SafetensorsFile fed, Engine engine) {
        InterleavedBatch batch = fed.names().contains("in.image_attention_mask")
                ? InterleavedFeed.of(fed, "in.").only(0)
                : firstTextAndTiles(fed);
        try (var checkpoint = io.tesserae.loaders.Checkpoint.open(files);
                var model = checkpoint.load(Head.IMAGE_TEXT_TO_TEXT, engine)) {
            var output = model.forward(batch, OutputOptions.RESULT_ONLY);
            Map<String, float[]> outputs = new LinkedHashMap<>();
            outputs.put("logits", output.text().logits().toArray());
            outputs.put("image_hidden_states", output.imageHiddenStates().toArray());
            return outputs;
        }
    }

    /** The first text, which has as many pictures as any, and no padding. */
    private static InterleavedBatch firstTextAndTiles(SafetensorsFile fed) {
        Tensor pixels = Fixture.tensor(fed, "in.pixel_values"); // [texts, pictures, channels, height, width]
        int[] shape = Arrays.copyOfRange(pixels.shape(), 2, 5);
        int size = Tensor.elementCount(shape);
        boolean padded = fed.names().contains("in.pixel_attention_mask");
        // [texts · pictures · height, width]
        int[][] mask = padded ? Fixture.rows(fed, "in.pixel_attention_mask") : new int[0][];
        List<Tensor> pictures = new ArrayList<>();
        List<ImageExtent> extents = new ArrayList<>();
        for (int picture = 0; picture < pixels.dimension(1); picture++) {
            pictures.add(Tensor.of(Arrays.copyOfRange(pixels.data(), picture * size, (picture + 1) * size), shape));
            int top = picture * shape[1];
            extents.add(
                    padded
                            ? new ImageExtent(
                                    (int) Arrays.stream(mask, top, top + shape[1])
                                            .filter(row -> row[0] == 1)
                                            .count(),
                                    Arrays.stream(mask[top]).sum())
                            : new ImageExtent(shape[1], shape[2]));
        }
        return new InterleavedBatch(
                TokenBatch.of(Fixture.rows(fed, "in.input_ids")[0]),
                Optional.of(ImageBatch.of(pictures)),
                new int[] {0, pictures.size()},
                extents,
                Optional.empty());
    }

    private static Map<String, float[]> latentOutputs(ModelFiles files, SafetensorsFile fed, Engine engine) {
        Tensor inputs = Fixture.tensor(fed, "in.inputs"); // [batch, rows, width]
        int[] mask = Fixture.rows(fed, "in.attention_mask")[0];
        int width = inputs.dimension(2);
        float[] kept = new float[mask.length * width];
        int rows = 0;
        for (int row = 0; row < mask.length; row++) {
            if (mask[row] == 1) {
                System.arraycopy(inputs.data(), row * width, kept, rows++ * width, width);
            }
        }
        try (var checkpoint = io.tesserae.loaders.Checkpoint.open(files);
                var model = checkpoint.load(Head.LATENT_ENCODER, engine)) {
            var output = model.forward(new FeatureBatch(List.of(Tensor.of(kept, rows, width))), HIDDEN_STATES);
            var outputs = named("last_hidden_state", output.lastHiddenState(), model.latents());
            return with(outputs, output.hiddenStates(), model.latents());
        }
    }

    private static Map<String, float[]> flowOutputs(ModelFiles files, SafetensorsFile fed, Engine engine) {
        Tensor pairs = Fixture.tensor(fed, "in.inputs"); // [pairs, 2, 27, height, width]
        int[] shape = pairs.shape();
        shape[0] = 1;
        int size = pairs.size() / pairs.dimension(0);
        try (var model = AutoModelForOpticalFlow.fromPretrained(files, engine)) {
            var output = model.forward(Tensor.of(Arrays.copyOf(pairs.data(), size), shape), HIDDEN_STATES);
            Map<String, float[]> outputs = new LinkedHashMap<>();
            outputs.put("logits", output.flow().toArray());
            return with(outputs, output.hiddenStates(), model.estimator().latents());
        }
    }

    private static Map<String, float[]> multimodalOutputs(ModelFiles files, SafetensorsFile fed, Engine engine) {
        try (var model = AutoModelForMultimodalAutoencoding.fromPretrained(files, engine)) {
            var output = model.forward(
                    PerceiverMultimodalTest.inputs(fed, 0), PerceiverMultimodalTest.points(fed), HIDDEN_STATES);
            Map<String, float[]> outputs = new LinkedHashMap<>();
            outputs.put("logits.audio", output.audio().toArray());
            outputs.put("logits.image", output.image().toArray());
            outputs.put("logits.label", output.label().toArray());
            return with(outputs, output.hiddenStates(), model.autoencoder().latents());
        }
    }

    /** The first text; or, where there are choices, all of the first question. */
    private static TokenBatch firstTexts(SafetensorsFile fed) {
        long[] shape = fed.shape("in.input_ids");
        int texts = shape.length == 3 ? (int) shape[1] : 1;
        int[][] ids = Arrays.copyOf(Fixture.rows(fed, "in.input_ids"), texts);
        int[][] types = fed.names().contains("in.token_type_ids")
                ? Arrays.copyOf(Fixture.rows(fed, "in.token_type_ids"), texts)
                : new int[texts][ids[0].length];
        return fed.names().contains("in.attention_mask")
                ? TokenBatch.masked(ids, types, Arrays.copyOf(Fixture.rows(fed, "in.attention_mask"), texts))
                : TokenBatch.of(ids[0]); // of a family whose texts are all as long
    }

    private static Tensor firstOf(SafetensorsFile fed) {
        long[] shape = fed.shape("in.pixel_values");
        Tensor first = Tensor.zeros(1, (int) shape[1], (int) shape[2], (int) shape[3]);
        fed.read("in.pixel_values", 0, first.data(), 0, first.size());
        return first;
    }

    private static Tensor column(Tensor scores) {
        return scores.reshape(scores.size(), 1);
    }

    private static Map<String, float[]> named(String name, Tensor tensor, int rows) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        outputs.put(name, rows(tensor, rows));
        return outputs;
    }

    private static Map<String, float[]> with(Map<String, float[]> outputs, List<Tensor> hiddenStates, int tokens) {
        if (!hiddenStates.isEmpty()) { // a Perceiver without layers has none, as in the reference
            outputs.put("hidden_states", rows(hiddenStates.getLast(), tokens));
        }
        return outputs;
    }

    private static float[] rows(Tensor tensor, int rows) {
        return Arrays.copyOf(tensor.data(), rows * tensor.dimension(1));
    }

    /** How the outputs differ from the reference's, of which the table has elements that are evenly spread. */
    private static Optional<String> compare(JsonObject expected, Map<String, float[]> outputs) {
        for (String name : expected.keySet()) {
            float[] output = outputs.get(name);
            if (output == null) {
                return Optional.of("no " + name);
            }
            double[] some = expected.getAsJsonArray(name).asList().stream()
                    .mapToDouble(ConfigSweepTest::number)
                    .toArray();
            double magnitude =
                    Math.max(1, Arrays.stream(some).map(Math::abs).max().orElse(0));
            for (int i = 0; i < some.length; i++) {
                int element = (int) ((long) i * (output.length - 1) / Math.max(1, some.length - 1));
                double difference = Math.abs(some[i] - output[element]);
                if (!(difference <= TOLERANCE * magnitude) && Double.compare(some[i], output[element]) != 0) {
                    return Optional.of(name + "[" + element + "] of " + output.length + " is " + output[element]
                            + ", expected " + some[i]);
                }
            }
        }
        return Optional.empty();
    }

    /** Python writes what is not finite otherwise than Java reads it. */
    private static double number(JsonElement value) {
        return value instanceof JsonPrimitive text && text.isString()
                ? switch (text.getAsString()) {
                    case "nan" -> Double.NaN;
                    case "inf" -> Double.POSITIVE_INFINITY;
                    case "-inf" -> Double.NEGATIVE_INFINITY;
                    default -> Double.parseDouble(text.getAsString());
                }
                : value.getAsDouble();
    }
}
