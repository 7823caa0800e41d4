package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores and order against {@code CrossEncoder} of sentence-transformers. */
class TextRankingTest {

    private static final Path CROSS_ENCODER = Question.TEST_DATA.resolve("fixtures/distilbert-regression");

    @TempDir
    private Path folder;

    @Test
    void scoresAndOrderAreThoseOfSentenceTransformers() throws IOException {
        try (TextRankingPipeline pipeline = Pipelines.textRanking(CROSS_ENCODER)) {
            TextRankingOptions logits = TextRankingOptions.DEFAULT.withFunctionToApply(ScoreFunction.NONE);
            int compared = 0;
            for (JsonElement element : JsonParser.parseString(
                            Files.readString(Question.TEST_DATA.resolve("ranking-answers.json")))
                    .getAsJsonObject()
                    .getAsJsonArray("cases")) {
                JsonObject asked = element.getAsJsonObject();
                String query = asked.get("query").getAsString();
                List<String> documents = List.of(new Gson().fromJson(asked.get("documents"), String[].class));
                float[] expectedScores = new Gson().fromJson(asked.get("scores"), float[].class);
                float[] expectedLogits = new Gson().fromJson(asked.get("logits"), float[].class);
                float[] scores = pipeline.scores(query, documents);
                float[] found = pipeline.scores(query, documents, logits);
                List<RankedText> ranking = pipeline.rank(query, documents);
                for (int i = 0; i < scores.length; i++) {
                    assertEquals(expectedScores[i], scores[i], 1e-5f, query + " " + documents.get(i));
                    assertEquals(expectedLogits[i], found[i], 1e-5f, query + " " + documents.get(i));
                    JsonObject hit = asked.getAsJsonArray("ranking").get(i).getAsJsonObject();
                    assertEquals(hit.get("score").getAsFloat(), ranking.get(i).score(), 1e-5f);
                    assertEquals(
                            documents.get(hit.get("corpus_id").getAsInt()),
                            ranking.get(i).text());
                    assertEquals(scores[i], pipeline.score(query, documents.get(i)), "alone as in a batch");
                    compared++;
                }
                assertEquals(
                        ranking.subList(0, 3), pipeline.rank(query, documents, TextRankingOptions.DEFAULT.withTopK(3)));
            }
            assertTrue(compared >= 40);
        }
    }

    @Test
    void equalTextsKeepTheirOrderAndPairsStream() {
        try (TextRankingPipeline pipeline = Pipelines.textRanking(CROSS_ENCODER)) {
            List<RankedText> ranked = pipeline.rank("a", List.of("b", "c", "b", "c", "b"));
            int[] indices = ranked.stream().mapToInt(RankedText::index).toArray();
            assertTrue(
                    Arrays.equals(indices, new int[] {0, 2, 4, 1, 3})
                            || Arrays.equals(indices, new int[] {1, 3, 0, 2, 4}),
                    Arrays.toString(indices));
            assertEquals(List.of(), pipeline.rank("a", List.of()));
            List<TextInput> pairs = List.of(TextInput.of("a", "b"), TextInput.of("c", "d"), TextInput.of("e"));
            float[] scores = pipeline.scoresOfPairs(pairs, TextRankingOptions.DEFAULT);
            try (Stream<Float> stream = pipeline.scoresOfPairs(pairs.stream(), TextRankingOptions.DEFAULT)) {
                assertEquals(List.of(scores[0], scores[1], scores[2]), stream.toList());
            }
        }
    }

    @Test
    void theFileSaysWhichFunction() throws IOException {
        EditedCheckpoint edited = EditedCheckpoint.copyOf(CROSS_ENCODER, folder);
        String modelType = "\"model_type\": \"distilbert\"";
        float logit;
        try (TextRankingPipeline plain = Pipelines.textRanking(CROSS_ENCODER)) {
            logit = plain.scores("a", List.of("b"), TextRankingOptions.DEFAULT.withFunctionToApply(ScoreFunction.NONE))[
                    0];
        }
        String old = modelType + ", \"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\"";
        edited.config(modelType, old);
        try (TextRankingPipeline pipeline = Pipelines.textRanking(folder)) {
            assertEquals(logit, pipeline.score("a", "b"));
        }
        edited.config(
                old,
                modelType + ", \"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.linear.Identity\"}");
        try (TextRankingPipeline pipeline = Pipelines.textRanking(folder)) {
            assertEquals(logit, pipeline.score("a", "b"));
        }
        String known = "torch.nn.modules.linear.Identity";
        for (String unknown : List.of("torch.nn.modules.activation.Tanh", "somebody.else.Identity", "Sigmoid")) {
            edited.config(known, unknown);
            known = unknown;
            String message = assertThrows(ModelLoadingException.class, () -> Pipelines.textRanking(folder))
                    .getMessage();
            assertTrue(message.contains("config.json: activation_fn: expected") && message.contains(unknown), message);
        }
    }

    @Test
    void aNewKeyOfNullHidesTheOldOne() throws IOException {
        String modelType = "\"model_type\": \"distilbert\"";
        EditedCheckpoint.copyOf(CROSS_ENCODER, folder)
                .config(
                        modelType,
                        modelType + ", \"sentence_transformers\": {\"activation_fn\": null},"
                                + " \"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\"");
        try (TextRankingPipeline pipeline = Pipelines.textRanking(folder);
                TextRankingPipeline plain = Pipelines.textRanking(CROSS_ENCODER)) {
            assertEquals(plain.score("a", "b"), pipeline.score("a", "b"));
        }
    }

    @Test
    void aClassifierIsNoCrossEncoder() {
        Path classifier = Question.TEST_DATA.resolve("fixtures/distilbert-sst2");
        String message = assertThrows(ModelLoadingException.class, () -> Pipelines.textRanking(classifier))
                .getMessage();
        assertTrue(message.contains("expected one label") && message.contains("found 2"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> TextRankingOptions.DEFAULT.withFunctionToApply(ScoreFunction.SOFTMAX));
        assertThrows(IllegalArgumentException.class, () -> TextRankingOptions.DEFAULT.withTopK(0));
    }
}
