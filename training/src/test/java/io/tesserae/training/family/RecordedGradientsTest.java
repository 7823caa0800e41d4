package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.TextCase.Built;
import io.tesserae.training.layer.Activate;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of texts' networks against PyTorch's autograd in double precision: {@code testdata/make_gradient_fixtures.py} tells of the
 * files.
 */
class RecordedGradientsTest {

    private static final Path GRADIENTS = Path.of("..", "testdata", "gradients");

    private static final Map<String, Head<?>> HEADS = Map.of(
            "Model", Head.ENCODER,
            "ForSequenceClassification", Head.SEQUENCE_CLASSIFICATION,
            "ForMultipleChoice", Head.MULTIPLE_CHOICE,
            "ForNextSentencePrediction", Head.NEXT_SENTENCE_PREDICTION,
            "ForTokenClassification", Head.TOKEN_CLASSIFICATION,
            "ForQuestionAnswering", Head.QUESTION_ANSWERING,
            "ForMaskedLM", Head.MASKED_LM);

    private static final Set<String> LOSSES =
            Set.of("cross_entropy", "binary_cross_entropy", "mean_squared_error", "answer", "sines");

    record Recorded(JsonObject json) {

        String name() {
            return json.get("name").getAsString();
        }

        String loss() {
            return json.get("loss").getAsString();
        }

        int rows() {
            return json.get("rows").getAsInt();
        }

        boolean pooled() {
            return json.has("output") && json.get("output").getAsString().equals("pooler_output");
        }

        @Override
        public String toString() {
            return name();
        }
    }

    static List<Recorded> cases() throws IOException {
        JsonArray all = JsonParser.parseString(Files.readString(GRADIENTS.resolve("cases.json")))
                .getAsJsonArray();
        return all.asList().stream()
                .map(json -> new Recorded(json.getAsJsonObject()))
                .filter(the -> the.name().matches("(distilbert|bert|mpnet|electra)-.*"))
                .filter(the -> LOSSES.contains(the.loss()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfPyTorch(Recorded the) throws IOException {
        TextCase text = new TextCase(the.json().get("fixture").getAsString(), Head.ENCODER);
        String architecture = text.config().architectures().getFirst();
        text = new TextCase(text.fixture(), HEADS.get(architecture.replaceFirst("^(DistilBert|Bert|MPNet|Electra)", "")));
        boolean pooled = the.pooled();
        PretrainedConfig config = text.config();
        Built built = text.build(config, parameters -> {
            if (pooled) {
                pooler(config, parameters);
            }
        });
        try (Tape tape = Tape.recording(TextCase.setting(Engine.shared(), Tape.Keeping.ALL), null)) {
            Variable loss = loss(the, text, built, tape);
            double value = the.json().get("value").getAsDouble();
            assertEquals(value, loss.value().data()[0], 1e-4 * Math.max(1, Math.abs(value)));
            tape.backward(loss, 1f);
        }
        compare(the, built, text.family().basePrefix());
    }

    private static void compare(Recorded the, Built built, String prefix) throws IOException {
        Path path = Packed.file(GRADIENTS.resolve(the.name() + ".safetensors"));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            double largest = 0;
            Map<String, float[]> expected = new TreeMap<>();
            for (String name : file.names()) {
                if (name.startsWith("grad.")) {
                    float[] gradient = gradient(file, name);
                    largest = Math.max(largest, largestOf(gradient));
                    expected.put(name.substring("grad.".length()), gradient);
                }
            }
            assertFalse(expected.isEmpty());
            for (Map.Entry<String, float[]> entry : expected.entrySet()) {
                Parameter parameter = named(built, entry.getKey(), prefix);
                double magnitude = largestOf(entry.getValue());
                // Half of a 16-bit step beside what is allowed; where nothing is left in exact arithmetic, rounding.
                double allowed = magnitude > 0 ? (1e-4 + 0.5 / 32767) * magnitude : 2e-6 * largest;
                assertFalse(parameter.gradient().isEmpty(), parameter::name);
                float[] found = parameter.gradient().tensor().data();
                for (int i = 0; i < entry.getValue().length; i++) {
                    int at = i;
                    assertEquals(entry.getValue()[i], found[i], allowed, () -> parameter.name() + " at " + at);
                }
            }
        }
    }

    private static float[] gradient(SafetensorsFile file, String name) {
        int size = Tensor.elementCount(
                Arrays.stream(file.shape(name)).mapToInt(Math::toIntExact).toArray());
        int[] codes = new int[size];
        file.readInts(name, 0, codes, 0, size);
        float[] scale = new float[1];
        file.read("scale." + name, 0, scale, 0, 1);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) ((double) codes[i] * scale[0]);
        }
        return values;
    }

    private static double largestOf(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static Parameter named(Built built, String stored, String prefix) {
        return built.parameters()
                .named(stored)
                .or(() -> built.parameters().named(prefix + stored))
                .orElseThrow(() -> new AssertionError(stored));
    }

    private static Variable loss(Recorded the, TextCase text, Built built, Tape tape) throws IOException {
        int[][][] inputs = inputs(the, text);
        TokenBatch batch = TokenBatch.masked(inputs[0], inputs[1], inputs[2]);
        JsonElement labels = the.json().get("labels");
        return switch (built.network()) {
            case Network.OfTexts texts -> GivenLoss.sines(tape, sinesOf(the, text, built, texts, tape, batch));
            case Network.OfSequences sequences -> {
                Variable logits = sequences.logits(tape, batch);
                if (the.loss().equals("cross_entropy")) {
                    int[] expected = ints(labels);
                    Variable scores = reshaped(tape, logits, expected.length);
                    yield CrossEntropy.PLAIN.of(tape, scores, expected);
                }
                yield ofNumbers(tape, logits, numbers(labels), the.loss().startsWith("binary"));
            }
            case Network.OfTokens tokens -> {
                Variable logits = tokens.logits(tape, batch);
                yield the.loss().equals("answer")
                        ? answer(tape, logits, batch, labels.getAsJsonArray())
                        : CrossEntropy.PLAIN.of(tape, logits, ofTokens(labels, inputs[2]));
            }
            case Network.OfMaskedWords words -> {
                int[] all = ofTokens(labels, inputs[2]);
                int[] asked = IntStream.range(0, all.length)
                        .filter(i -> all[i] != CrossEntropy.IGNORED)
                        .toArray();
                Variable logits = words.logits(tape, batch, Rows.of(asked, batch.sequenceStarts()));
                yield CrossEntropy.PLAIN.of(
                        tape, logits, Arrays.stream(asked).map(i -> all[i]).toArray());
            }
            default -> throw new AssertionError(the);
        };
    }

    /** Hidden states, or the first tokens' through the pooler. */
    private static Variable sinesOf(
            Recorded the, TextCase text, Built built, Network.OfTexts texts, Tape tape, TokenBatch batch) {
        if (!the.pooled()) {
            return texts.hiddenStates(tape, batch, Optional.empty());
        }
        Variable first = texts.hiddenStates(tape, batch, Optional.of(Rows.firsts(batch.sequenceStarts())));
        Linear dense = pooler(text.config(), built.parameters());
        return Activate.forward(tape, Activation.TANH, dense.forward(tape, first));
    }

    private static Linear pooler(PretrainedConfig config, Parameters parameters) {
        int hidden = config.requireInt("hidden_size", 1, 1000);
        return Linear.of(parameters.at(config.modelType() + ".pooler.dense"), hidden, hidden);
    }

    /** Ids, token types and mask, {@code [sequences, length]} each; the choices of a question are sequences. */
    private static int[][][] inputs(Recorded the, TextCase text) throws IOException {
        Path path = Packed.file(Path.of("..", "testdata", "fixtures", text.fixture(), "expected.safetensors"));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            int[][] ids = input(file, "in.input_ids", the.rows());
            int[][] types = file.names().contains("in.token_type_ids")
                    ? input(file, "in.token_type_ids", the.rows())
                    : new int[ids.length][ids[0].length];
            return new int[][][] {ids, types, input(file, "in.attention_mask", the.rows())};
        }
    }

    private static int[][] input(SafetensorsFile file, String name, int rows) {
        long[] shape = file.shape(name);
        int length = Math.toIntExact(shape[shape.length - 1]);
        int sequences = rows * (shape.length == 3 ? Math.toIntExact(shape[1]) : 1);
        int[][] values = new int[sequences][length];
        for (int s = 0; s < sequences; s++) {
            file.readInts(name, (long) s * length, values[s], 0, length);
        }
        return values;
    }

    private static int[] ints(JsonElement labels) {
        return labels.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    private static double[] numbers(JsonElement labels) {
        return labels.isJsonArray()
                ? labels.getAsJsonArray().asList().stream()
                        .flatMapToDouble(element -> Arrays.stream(numbers(element)))
                        .toArray()
                : new double[] {labels.getAsDouble()};
    }

    /** The labels of real tokens. */
    private static int[] ofTokens(JsonElement labels, int[][] mask) {
        List<Integer> real = new ArrayList<>();
        for (int s = 0; s < mask.length; s++) {
            int[] row = ints(labels.getAsJsonArray().get(s));
            for (int i = 0; i < row.length; i++) {
                if (mask[s][i] == 1) {
                    real.add(row[i]);
                }
            }
        }
        return real.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The scores of a question's choices beside each other. */
    private static Variable reshaped(Tape tape, Variable logits, int rows) {
        int size = logits.value().size();
        Tensor y = tape.take(rows, size / rows);
        System.arraycopy(logits.value().data(), 0, y.data(), 0, size);
        return tape.record(y, true, dy -> {
            float[] dx = logits.gradient().toAddTo().data();
            for (int i = 0; i < size; i++) {
                dx[i] += dy.data()[i];
            }
        });
    }

    private static Variable ofNumbers(Tape tape, Variable logits, double[] labels, boolean binary) {
        double[] gradient = new double[labels.length];
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double x = logits.value().data()[i];
            double y = labels[i];
            sum += binary ? Math.log1p(Math.exp(x)) - x * y : (x - y) * (x - y);
            gradient[i] = (binary ? 1 / (1 + Math.exp(-x)) - y : 2 * (x - y)) / labels.length;
        }
        return GivenLoss.of(tape, logits, sum / labels.length, gradient);
    }

    /** The mean over texts, and over starts and ends, of the cross-entropy among a text's tokens. */
    private static Variable answer(Tape tape, Variable logits, TokenBatch batch, JsonArray labels) {
        double[] gradient = new double[logits.value().size()];
        double share = 1.0 / (2 * batch.sequences());
        double loss = 0;
        for (int s = 0; s < batch.sequences(); s++) {
            int start = batch.sequenceStarts()[s];
            for (int side = 0; side < 2; side++) {
                double total = 0;
                for (int i = 0; i < batch.length(s); i++) {
                    total += Math.exp(logits.value().data()[2 * (start + i) + side]);
                }
                int label = 2 * (start + ints(labels.get(s))[side]) + side;
                loss += share * (Math.log(total) - logits.value().data()[label]);
                for (int i = 0; i < batch.length(s); i++) {
                    int at = 2 * (start + i) + side;
                    gradient[at] = share * Math.exp(logits.value().data()[at]) / total;
                }
                gradient[label] -= share;
            }
        }
        return GivenLoss.of(tape, logits, loss, gradient);
    }
}
