package io.tesserae.pipelines.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.pipelines.EditedCheckpoint;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.pipelines.schedule.HypothesisTemplate;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers, from the text and its labels to their order and scores, against the reference's pipeline. */
class ZeroShotClassificationAnswersTest {

    private static final String FILE = "zero-shot-answers.json";

    @ParameterizedTest
    @ValueSource(strings = {"bert-nli-legacy-names", "distilbert-mnli"})
    void answersAreThoseOfTheReference(String model) {
        List<JsonObject> questions = ReferenceAnswers.casesByModel(FILE).get(model);
        assertTrue(questions.size() >= 20, "questions: " + questions.size());
        try (var pipeline = Pipelines.zeroShotClassification(ReferenceAnswers.fixture(model))) {
            assertTrue(pipeline.namesEntailment());
            for (JsonObject question : questions) {
                ZeroShotClassification answer = pipeline.classify(input(question), options(question));
                assertAnswer(question.getAsJsonObject("answer"), answer, question.toString());
                assertEquals(question.get("text").getAsString(), answer.sequence());
            }
        }
    }

    @Test
    void furtherModelsAnswerAsTheReferenceDoes() {
        List<JsonObject> questions = ReferenceAnswers.ofTinyModels("zero-shot-classification");
        assertEquals(4, questions.size());
        for (JsonObject question : questions) {
            JsonElement inputs = question.get("inputs");
            JsonObject call = question.getAsJsonObject("call");
            try (var pipeline = Pipelines.zeroShotClassification(ReferenceAnswers.tinyModel(question))) {
                List<String> texts =
                        inputs.isJsonArray() ? ReferenceAnswers.strings(inputs) : List.of(inputs.getAsString());
                for (int i = 0; i < texts.size(); i++) {
                    JsonElement output = question.get("output");
                    JsonObject expected =
                            (inputs.isJsonArray() ? output.getAsJsonArray().get(i) : output).getAsJsonObject();
                    ZeroShotInput input = new ZeroShotInput(texts.get(i), labels(call));
                    assertAnswer(expected, pipeline.classify(input, options(call)), question.toString());
                }
            }
        }
    }

    /** Records compare floats by their bits. A text's pairs may fall into different batches. */
    @Test
    void answersDependNeitherOnTheBatchNorOnTheWayTheyAreAskedFor() {
        List<ZeroShotInput> inputs = ReferenceAnswers.casesByModel(FILE).get("distilbert-mnli").stream()
                .map(ZeroShotClassificationAnswersTest::input)
                .toList();
        try (var pipeline = Pipelines.zeroShotClassification(ReferenceAnswers.fixture("distilbert-mnli"))) {
            for (boolean each : new boolean[] {false, true}) {
                ZeroShotClassificationOptions options = ZeroShotClassificationOptions.DEFAULT.withMultiLabel(each);
                List<ZeroShotClassification> alone = inputs.stream()
                        .map(input -> pipeline.classify(input, options))
                        .toList();
                for (int batchSize : new int[] {0, 1, 2, 3, 100}) {
                    ZeroShotClassificationOptions batches = options.withBatchSize(batchSize);
                    assertEquals(alone, pipeline.classify(inputs, batches));
                    assertEquals(
                            alone, pipeline.classify(inputs.stream(), batches).toList());
                }
            }
            ZeroShotInput first = inputs.getFirst();
            assertEquals(
                    pipeline.classify(first, ZeroShotClassificationOptions.DEFAULT)
                            .best(),
                    pipeline.classify(first.sequence(), first.candidateLabels()));
            assertEquals(List.of(), pipeline.classify(List.<ZeroShotInput>of(), ZeroShotClassificationOptions.DEFAULT));
        }
    }

    @Test
    void whatWasCutOffOfTheTextIsCountedAndNoLabelIsCut() {
        try (var pipeline = Pipelines.zeroShotClassification(ReferenceAnswers.fixture("distilbert-mnli"))) {
            ZeroShotClassification answer = pipeline.classify(
                    new ZeroShotInput("the ".repeat(60), List.of("a", "the the")),
                    ZeroShotClassificationOptions.DEFAULT.withHypothesisTemplate("{}"));
            assertEquals(60 + 2 + 3 - 64, answer.truncatedTokens());
        }
    }

    /** Where no label is called entailment, the last is taken for it; where the first is, the last contradicts. */
    @Test
    void theLabelThatMeansEntailmentIsFoundAsInTheReference(@TempDir Path folder) throws IOException {
        ZeroShotInput input = new ZeroShotInput("We love soccer", List.of("sports", "food"));
        ZeroShotClassificationOptions each = ZeroShotClassificationOptions.DEFAULT.withMultiLabel(true);
        EditedCheckpoint checkpoint = EditedCheckpoint.copyOf(ReferenceAnswers.fixture("distilbert-mnli"), folder);
        double[] logits = new double[3];
        try (var classifier = Pipelines.textClassification(folder)) {
            TextInput pair = TextInput.of("We love soccer", "This example is food.");
            TextClassificationOptions options =
                    TextClassificationOptions.DEFAULT.withAllLabels().withFunctionToApply(ScoreFunction.NONE);
            for (Classification label : classifier.classify(pair, options).labels()) {
                logits[List.of("contradiction", "entailment", "neutral").indexOf(label.label())] = label.score();
            }
        }
        checkpoint.config("\"entailment\": 1", "\"Yes\": 1");
        try (var pipeline = Pipelines.zeroShotClassification(folder)) {
            assertFalse(pipeline.namesEntailment());
            assertScore(sigmoid(logits[2] - logits[0]), "food", pipeline.classify(input, each));
        }
        checkpoint.config("\"contradiction\": 0,", "\"ENTAILS\": 0,");
        try (var pipeline = Pipelines.zeroShotClassification(folder)) {
            assertTrue(pipeline.namesEntailment());
            assertScore(sigmoid(logits[0] - logits[2]), "food", pipeline.classify(input, each));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void assertScore(double expected, String label, ZeroShotClassification answer) {
        Classification found = answer.labels().stream()
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow();
        assertEquals(expected, found.score(), ReferenceAnswers.TOLERANCE);
    }

    /** Braces of a template's own are written twice; a label's are its own business. */
    @Property(tries = 200)
    void aTemplateHoldsTheLabelAndWhatStandsAroundIt(
            @ForAll String before, @ForAll String after, @ForAll String label) {
        String quotedBefore = before.replace("{", "{{").replace("}", "}}");
        String quotedAfter = after.replace("{", "{{").replace("}", "}}");
        assertEquals(before + label + after, new HypothesisTemplate(quotedBefore + "{}" + quotedAfter).with(label));
        assertEquals(label + before + label, new HypothesisTemplate("{0}" + quotedBefore + "{0}").with(label));
    }

    private static ZeroShotInput input(JsonObject question) {
        return new ZeroShotInput(question.get("text").getAsString(), labels(question));
    }

    private static List<String> labels(JsonObject arguments) {
        JsonElement labels = arguments.get("candidate_labels");
        return labels.isJsonArray() ? ReferenceAnswers.strings(labels) : ZeroShotInput.labels(labels.getAsString());
    }

    private static ZeroShotClassificationOptions options(JsonObject arguments) {
        ZeroShotClassificationOptions options = ZeroShotClassificationOptions.DEFAULT.withMultiLabel(
                arguments.has("multi_label") && arguments.get("multi_label").getAsBoolean());
        return arguments.has("hypothesis_template")
                ? options.withHypothesisTemplate(
                        arguments.get("hypothesis_template").getAsString())
                : options;
    }

    static void assertAnswer(JsonObject expected, ZeroShotClassification found, String what) {
        assertEquals(
                ReferenceAnswers.strings(expected.get("labels")),
                found.labels().stream().map(Classification::label).toList(),
                what);
        JsonArray scores = expected.getAsJsonArray("scores");
        assertEquals(scores.size(), found.labels().size());
        for (int i = 0; i < scores.size(); i++) {
            assertEquals(scores.get(i).getAsFloat(), found.labels().get(i).score(), ReferenceAnswers.TOLERANCE, what);
        }
    }
}
