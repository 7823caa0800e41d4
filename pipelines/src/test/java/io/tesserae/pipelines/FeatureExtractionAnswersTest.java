package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.TextFeatures;
import io.tesserae.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hidden states of texts against the reference's pipeline, from encoders and from models with heads. */
class FeatureExtractionAnswersTest {

    /** Hidden states are not probabilities: their size is some units. */
    private static final float TOLERANCE = 2e-5f;

    private static final FeatureExtractionOptions CUT = FeatureExtractionOptions.DEFAULT.withTruncation(true);

    @ParameterizedTest
    @ValueSource(strings = {"bert-base", "distilbert-base", "bert-ner", "distilbert-sst2", "bert-mlm"})
    void featuresAreThoseOfTheReference(String model) {
        List<JsonObject> questions =
                ReferenceAnswers.casesByModel("feature-extraction-answers.json").get(model);
        assertTrue(questions.size() >= 20, "questions: " + questions.size());
        try (var pipeline = Pipelines.featureExtraction(ReferenceAnswers.fixture(model))) {
            for (JsonObject question : questions) {
                Tensor found = pipeline.extract(question.get("text").getAsString(), CUT)
                        .hiddenStates();
                JsonArray shape = question.getAsJsonArray("shape");
                int tokens = shape.get(0).getAsInt();
                int hidden = shape.get(1).getAsInt();
                assertArrayEquals(new int[] {tokens, hidden}, found.shape(), question.toString());
                JsonArray values = question.getAsJsonArray("values");
                if (tokens <= 4) {
                    for (int token = 0; token < tokens; token++) {
                        assertValues(values.get(token), found, token, 0);
                    }
                } else {
                    assertValues(values.get(0), found, 0, 0);
                    assertValues(values.get(1), found, tokens / 2, hidden - 8);
                    assertValues(values.get(2), found, tokens - 1, 0);
                }
            }
        }
    }

    @Test
    void furtherModelsAnswerAsTheReferenceDoes() {
        List<JsonObject> questions = ReferenceAnswers.ofTinyModels("feature-extraction");
        assertEquals(2, questions.size());
        for (JsonObject question : questions) {
            JsonElement inputs = question.get("inputs");
            try (var pipeline = Pipelines.featureExtraction(ReferenceAnswers.tinyModel(question))) {
                List<String> texts =
                        inputs.isJsonArray() ? ReferenceAnswers.strings(inputs) : List.of(inputs.getAsString());
                List<Tensor> found = pipeline.extract(texts);
                for (int i = 0; i < texts.size(); i++) {
                    JsonArray outputs = question.getAsJsonArray("output");
                    JsonArray rows = (inputs.isJsonArray() ? outputs.get(i).getAsJsonArray() : outputs)
                            .get(0)
                            .getAsJsonArray();
                    assertEquals(rows.size(), found.get(i).dimension(0));
                    for (int token = 0; token < rows.size(); token++) {
                        assertValues(rows.get(token), found.get(i), token, 0);
                    }
                }
            }
        }
    }

    @Test
    void answersDependNeitherOnTheBatchNorOnTheWayTheyAreAskedFor() {
        List<String> texts = ReferenceAnswers.casesByModel("feature-extraction-answers.json").get("bert-base").stream()
                .map(question -> question.get("text").getAsString())
                .toList();
        try (var pipeline = Pipelines.featureExtraction(ReferenceAnswers.fixture("bert-base"))) {
            List<TextFeatures> alone =
                    texts.stream().map(text -> pipeline.extract(text, CUT)).toList();
            for (int batchSize : new int[] {0, 1, 2, 3, 100}) {
                FeatureExtractionOptions options = CUT.withBatchSize(batchSize);
                assertSame(alone, pipeline.extract(texts, options));
                assertSame(alone, pipeline.extract(texts.stream(), options).toList());
            }
            assertArrayEquals(
                    alone.getFirst().hiddenStates().toArray(),
                    pipeline.extract(texts.getFirst()).toArray());
            assertEquals(List.of(), pipeline.extract(List.of()));
            assertEquals(8, pipeline.extract("the ".repeat(70), CUT).truncatedTokens());
        }
    }

    private static void assertSame(List<TextFeatures> expected, List<TextFeatures> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).truncatedTokens(), found.get(i).truncatedTokens());
            assertArrayEquals(
                    expected.get(i).hiddenStates().toArray(),
                    found.get(i).hiddenStates().toArray());
        }
    }

    private static void assertValues(JsonElement expected, Tensor found, int token, int from) {
        JsonArray values = expected.getAsJsonArray();
        for (int i = 0; i < values.size(); i++) {
            assertEquals(values.get(i).getAsFloat(), found.get(token, from + i), TOLERANCE);
        }
    }
}
