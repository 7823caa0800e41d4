package io.tesserae.training.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients as PyTorch computes them in float64: {@code testdata/make_loss_cases.py}. */
class LossCasesTest {

    private static final Path CASES = Path.of("..", "testdata", "loss-cases.json");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cross_entropy",
                "binary_cross_entropy",
                "mean_squared_error",
                "cosine_similarity",
                "multiple_negatives_ranking",
                "distillation_soft",
                "distillation_hard",
                "self_distillation"
            })
    void valuesAndGradientsArePyTorchs(String loss) throws Exception {
        List<JsonObject> cases = cases(loss);
        assertTrue(!cases.isEmpty(), "no cases of " + loss);
        cases.forEach(LossCasesTest::check);
    }

    private static List<JsonObject> cases(String loss) throws Exception {
        return StreamSupport.stream(
                        JsonParser.parseString(Files.readString(CASES))
                                .getAsJsonArray()
                                .spliterator(),
                        false)
                .map(JsonElement::getAsJsonObject)
                .filter(recorded -> recorded.get("loss").getAsString().equals(loss))
                .toList();
    }

    private static void check(JsonObject recorded) {
        String[] inputs = recorded.has("first") ? new String[] {"first", "second"} : new String[] {"logits"};
        Tensor[] values = new Tensor[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            values[i] = matrix(recorded.get(inputs[i]));
        }
        Differentiated found = Differentiated.of(loss(recorded), values);
        double value = recorded.get("value").getAsDouble();
        assertEquals(value, found.value(), 2e-6 * Math.max(1, Math.abs(value)), recorded.toString());
        for (int i = 0; i < inputs.length; i++) {
            float[] expected = numbers(recorded.get(inputs.length == 1 ? "gradient" : "gradient_of_" + inputs[i]));
            assertEquals(expected.length, found.gradients()[i].length);
            for (int k = 0; k < expected.length; k++) {
                assertEquals(expected[k], found.gradients()[i][k], 2e-6, recorded + ": gradient " + k);
            }
        }
    }

    private static Differentiated.Loss loss(JsonObject recorded) {
        return switch (recorded.get("loss").getAsString()) {
            case "cross_entropy" -> {
                CrossEntropy loss = new CrossEntropy(
                        recorded.get("label_smoothing").getAsFloat(),
                        Optional.of(recorded.get("weights"))
                                .filter(JsonElement::isJsonArray)
                                .map(LossCasesTest::numbers));
                yield (tape, x) -> loss.of(tape, x[0], integers(recorded.get("labels")));
            }
            case "binary_cross_entropy" -> (tape, x) -> BinaryCrossEntropy.of(tape, x[0], labels(recorded));
            case "mean_squared_error" -> (tape, x) -> MeanSquaredError.of(tape, x[0], labels(recorded));
            case "cosine_similarity" -> (tape, x) -> CosineSimilarityLoss.of(tape, x[0], x[1], labels(recorded));
            case "multiple_negatives_ranking" -> {
                InBatchNegatives loss =
                        new InBatchNegatives(recorded.get("scale").getAsFloat(), false);
                yield (tape, x) -> loss.of(tape, x[0], x[1]);
            }
            case "distillation_soft" -> {
                boolean rows = recorded.get("reduction").getAsString().equals("rows");
                Distillation loss = new Distillation(
                        rows ? Distillation.Target.SOFT : Distillation.Target.SOFT_MEAN,
                        recorded.get("temperature").getAsFloat(),
                        1f);
                yield (tape, x) -> loss.of(tape, x[0], matrix(recorded.get("teacher")));
            }
            case "distillation_hard" -> {
                Distillation loss = new Distillation(Distillation.Target.HARD, 1f, 1f);
                yield (tape, x) -> loss.of(tape, x[0], matrix(recorded.get("teacher")));
            }
            case "self_distillation" -> {
                SelfDistillation loss = selfDistillation(recorded);
                float temperature = recorded.get("teacher_temperature").getAsFloat();
                yield (tape, x) -> loss.of(tape, x[0], matrix(recorded.get("teacher")), temperature);
            }
            default -> throw new IllegalArgumentException("a loss that nobody knows: " + recorded);
        };
    }

    private static SelfDistillation selfDistillation(JsonObject recorded) {
        return new SelfDistillation(
                recorded.get("student_temperature").getAsFloat(),
                recorded.get("momentum").getAsFloat(),
                numbers(recorded.get("centre")));
    }

    @Test
    void centresMoveAsPyTorchs() throws Exception {
        List<JsonObject> cases = cases("self_distillation");
        assertTrue(cases.size() >= 2, "hardly any cases");
        for (JsonObject recorded : cases) {
            SelfDistillation loss = selfDistillation(recorded);
            loss.moveCentre(matrix(recorded.get("teacher")));
            assertArrayEquals(numbers(recorded.get("next_centre")), loss.centre(), 1e-6f);
        }
    }

    private static float[] labels(JsonObject recorded) {
        return numbers(recorded.get("labels"));
    }

    /** The rows of however many dimensions. */
    private static Tensor matrix(JsonElement rows) {
        float[] numbers = numbers(rows);
        JsonArray row = rows.getAsJsonArray();
        while (row.get(0).isJsonArray()) {
            row = row.get(0).getAsJsonArray();
        }
        return Tensor.of(numbers, numbers.length / row.size(), row.size());
    }

    private static float[] numbers(JsonElement nested) {
        List<Float> numbers = new ArrayList<>();
        gather(nested, numbers);
        float[] array = new float[numbers.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = numbers.get(i);
        }
        return array;
    }

    private static void gather(JsonElement nested, List<Float> numbers) {
        if (nested.isJsonArray()) {
            nested.getAsJsonArray().forEach(element -> gather(element, numbers));
        } else {
            numbers.add(nested.getAsFloat());
        }
    }

    private static int[] integers(JsonElement array) {
        float[] numbers = numbers(array);
        int[] integers = new int[numbers.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) numbers[i];
        }
        return integers;
    }
}
