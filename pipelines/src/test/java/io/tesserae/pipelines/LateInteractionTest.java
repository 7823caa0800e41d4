package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.generated.ColBertFolder;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.TokenVectors;
import io.tesserae.pipelines.sentence.LateInteractionOptions;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.LateInteractionText;
import io.tesserae.pipelines.sentence.RankedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Late interaction from texts to scores; what the vectors are, ColBertTest of the loaders compares. */
class LateInteractionTest {

    @TempDir
    private static Path folder;

    private static JsonObject cases;

    @BeforeAll
    static void prepare() throws IOException {
        ColBertFolder.ofPyLate(folder, new JsonObject());
        cases = ColBertFolder.cases();
    }

    @Test
    void scoresAreTheReferences() {
        List<String> documents = texts("documents");
        JsonArray expected =
                cases.getAsJsonArray("cases").get(0).getAsJsonObject().getAsJsonArray("scores");
        try (LateInteractionPipeline pipeline = Pipelines.lateInteraction(folder)) {
            List<String> queries = texts("queries");
            for (int q = 0; q < queries.size(); q++) {
                float[] scores = pipeline.scores(queries.get(q), documents);
                for (int d = 0; d < scores.length; d++) {
                    assertEquals(expected.get(q).getAsJsonArray().get(d).getAsFloat(), scores[d], 2e-4f);
                }
                List<RankedText> ranked = pipeline.rank(queries.get(q), documents, 2);
                assertEquals(2, ranked.size());
                assertTrue(ranked.getFirst().score() >= ranked.getLast().score());
                assertEquals(
                        scores[ranked.getFirst().index()], ranked.getFirst().score());
            }
            assertThrows(IllegalArgumentException.class, () -> pipeline.rank("a", documents, 0));
        }
    }

    /** However many are read together, and as a list or a stream: the same bits, in the order of the texts. */
    @Test
    void answersDoNotDependOnTheBatch() {
        List<LateInteractionText> texts = IntStream.range(0, 30)
                .mapToObj(i -> new LateInteractionText("the film ".repeat(i % 9) + i, i % 3 == 0))
                .toList();
        try (LateInteractionPipeline pipeline = Pipelines.lateInteraction(folder)) {
            var expected = pipeline.answer(texts, LateInteractionOptions.DEFAULT);
            var single = pipeline.answer(texts, LateInteractionOptions.DEFAULT.withBatchSize(1));
            var streamed = pipeline.answer(texts.stream(), LateInteractionOptions.DEFAULT.withBatchSize(7))
                    .toList();
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(
                        expected.get(i).vectors().data(),
                        single.get(i).vectors().data());
                assertArrayEquals(
                        expected.get(i).vectors().data(),
                        streamed.get(i).vectors().data());
                assertEquals(11, texts.get(i).isQuery() ? expected.get(i).tokens() : 11);
            }
            assertTrue(expected.stream().anyMatch(answer -> answer.truncatedTokens() > 0));
        }
    }

    @Test
    void otherModelsAreRefused() {
        Path classifier = Path.of("../testdata/fixtures/distilbert-sst2");
        String message = assertThrows(ModelLoadingException.class, () -> Pipelines.lateInteraction(classifier))
                .getMessage();
        assertTrue(message.contains("expected a model for late interaction"), message);
        TokenVectors five = new TokenVectors(new float[10], 5);
        TokenVectors two = new TokenVectors(new float[10], 2);
        assertThrows(IllegalArgumentException.class, () -> five.maxSim(two));
        assertEquals(0f, five.maxSim(new TokenVectors(new float[0], 5)));
    }

    private static List<String> texts(String side) {
        return cases.getAsJsonObject("texts").getAsJsonArray(side).asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }
}
