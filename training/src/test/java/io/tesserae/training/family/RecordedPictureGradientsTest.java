package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.PictureCase.Built;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.loss.Distillation;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of pictures' networks against PyTorch's autograd in double precision: {@code
 * testdata/make_gradient_fixtures.py} tells of the files.
 */
class RecordedPictureGradientsTest {

    private static final Path GRADIENTS = Path.of("..", "testdata", "gradients");

    record Recorded(JsonObject json) {

        String text(String key) {
            return json.get(key).getAsString();
        }

        boolean pooled() {
            return json.has("output") && text("output").equals("pooler_output");
        }

        @Override
        public String toString() {
            return text("name");
        }
    }

    static List<Recorded> cases() throws IOException {
        JsonArray all = JsonParser.parseString(Files.readString(GRADIENTS.resolve("cases.json")))
                .getAsJsonArray();
        return all.asList().stream()
                .map(json -> new Recorded(json.getAsJsonObject()))
                .filter(the -> the.text("name").matches("(vit|deit|dinov2|blip)-.*"))
                .filter(the -> !the.pooled())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfPyTorch(Recorded the) throws IOException {
        Head<?> head = switch (the.text("loss")) {
            case "sines" -> Head.IMAGE_ENCODER;
            case "next_word" -> Head.IMAGE_CAPTIONING;
            default -> Head.IMAGE_CLASSIFICATION;
        };
        PictureCase picture = new PictureCase(the.text("fixture"), head, false);
        Built built = picture.build(picture.config());
        try (Tape tape = Tape.recording(Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL), null)) {
            Variable loss = loss(the, built.network(), tape);
            double value = the.json().get("value").getAsDouble();
            assertEquals(value, loss.value().data()[0], 1e-4 * Math.max(1, Math.abs(value)));
            tape.backward(loss, 1f);
        }
        compare(the, built, picture.family().basePrefix());
    }

    private static Variable loss(Recorded the, Network network, Tape tape) throws IOException {
        Path path = Packed.file(Path.of("..", "testdata", "fixtures", the.text("fixture"), "expected.safetensors"));
        int rows = the.json().get("rows").getAsInt();
        JsonElement labels = the.json().get("labels");
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            ImageBatch pictures = pictures(file, rows);
            return switch (network) {
                case Network.OfPictures encoder ->
                    GivenLoss.sines(tape, encoder.hiddenStates(tape, pictures, Optional.empty()));
                case Network.OfClassifiedPictures classifier ->
                    CrossEntropy.PLAIN.of(tape, classifier.logits(tape, pictures), ints(labels));
                case Network.OfTaughtPictures taught ->
                    ofTwoHeads(the, tape, taught.logits(tape, pictures), ints(labels));
                case Network.OfCaptions captioner -> {
                    int[][] ids = texts(file, "in.input_ids", rows);
                    int[][] mask = texts(file, "in.attention_mask", rows);
                    TokenBatch captions = TokenBatch.masked(ids, new int[rows][ids[0].length], mask);
                    float smoothing = the.json().get("label_smoothing").getAsFloat();
                    yield new CrossEntropy(smoothing, Optional.empty())
                            .of(tape, captioner.logits(tape, pictures, captions), nextWords(labels, mask));
                }
                default -> throw new AssertionError(network);
            };
        }
    }

    private static ImageBatch pictures(SafetensorsFile file, int rows) {
        long[] shape = file.shape("in.pixel_values");
        int[] kept = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
        kept[0] = rows;
        Tensor values = Tensor.zeros(kept);
        file.read("in.pixel_values", 0, values.data(), 0, values.size());
        return ImageBatch.of(values);
    }

    private static int[][] texts(SafetensorsFile file, String name, int rows) {
        int length = Math.toIntExact(file.shape(name)[1]);
        int[][] values = new int[rows][length];
        for (int s = 0; s < rows; s++) {
            file.readInts(name, (long) s * length, values[s], 0, length);
        }
        return values;
    }

    /** Each real token's label is the next one's; behind the last there is none. */
    private static int[] nextWords(JsonElement labels, int[][] mask) {
        List<Integer> next = new ArrayList<>();
        for (int s = 0; s < mask.length; s++) {
            int[] row = ints(labels.getAsJsonArray().get(s));
            for (int i = 0; i < row.length; i++) {
                if (mask[s][i] == 1) {
                    next.add(i + 1 < row.length ? row[i + 1] : CrossEntropy.IGNORED);
                }
            }
        }
        return next.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Variable ofTwoHeads(Recorded the, Tape tape, Network.OfTaughtPictures.Logits logits, int[] labels) {
        if (the.text("loss").equals("cross_entropy")) {
            return CrossEntropy.PLAIN.of(tape, mean(tape, logits), labels);
        }
        boolean hard = the.text("loss").equals("distillation_hard");
        float temperature = hard ? 1 : the.json().get("temperature").getAsFloat();
        Distillation distillation = new Distillation(
                hard ? Distillation.Target.HARD : Distillation.Target.SOFT_MEAN,
                temperature,
                the.json().get("alpha").getAsFloat());
        Variable base = CrossEntropy.PLAIN.of(tape, logits.classification(), labels);
        return distillation.combined(
                tape, base, logits.distillation(), teacher(the.json().getAsJsonArray("teacher_logits")));
    }

    private static Tensor teacher(JsonArray rows) {
        int columns = rows.get(0).getAsJsonArray().size();
        Tensor teacher = Tensor.zeros(rows.size(), columns);
        for (int i = 0; i < teacher.size(); i++) {
            teacher.data()[i] =
                    rows.get(i / columns).getAsJsonArray().get(i % columns).getAsFloat();
        }
        return teacher;
    }

    private static Variable mean(Tape tape, Network.OfTaughtPictures.Logits logits) {
        Variable a = logits.classification();
        Variable b = logits.distillation();
        Tensor y = tape.take(a.rows(), a.columns());
        for (int i = 0; i < y.size(); i++) {
            y.data()[i] = (a.value().data()[i] + b.value().data()[i]) / 2;
        }
        return tape.record(y, true, dy -> {
            for (Variable each : List.of(a, b)) {
                float[] target = each.gradient().toAddTo().data();
                IntStream.range(0, dy.size()).forEach(i -> target[i] += dy.data()[i] / 2);
            }
        });
    }

    private static int[] ints(JsonElement labels) {
        return labels.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    private static void compare(Recorded the, Built built, String prefix) throws IOException {
        Path path = Packed.file(GRADIENTS.resolve(the + ".safetensors"));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            List<String> names = file.names().stream()
                    .filter(name -> name.startsWith("grad."))
                    .toList();
            assertFalse(names.isEmpty());
            double largest = names.stream()
                    .mapToDouble(name -> largestOf(gradient(file, name)))
                    .max()
                    .orElseThrow();
            for (String name : names) {
                String stored = name.substring("grad.".length());
                Parameter parameter = built.parameters()
                        .named(stored)
                        .or(() -> built.parameters().named(prefix + stored))
                        .orElseThrow(() -> new AssertionError(stored));
                compare(parameter, gradient(file, name), largest);
            }
        }
    }

    private static void compare(Parameter parameter, float[] expected, double largest) {
        double magnitude = largestOf(expected);
        // Half of a 16-bit step beside what is allowed; where nothing is left in exact arithmetic, rounding.
        double allowed = magnitude > 0 ? (1e-4 + 0.5 / 32767) * magnitude : 2e-6 * largest;
        assertFalse(parameter.gradient().isEmpty(), parameter::name);
        float[] found = parameter.gradient().tensor().data();
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertEquals(expected[i], found[i], allowed, () -> parameter.name() + " at " + at);
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
}
