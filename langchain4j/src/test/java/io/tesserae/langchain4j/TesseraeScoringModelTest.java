package io.tesserae.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.query.Query;
import io.tesserae.generated.ColBertFolder;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter by itself, and in the hands of LangChain4j's own classes. */
class TesseraeScoringModelTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");
    private static final Path CHECKPOINT = FIXTURES.resolve("distilbert-regression");

    private static final String QUERY = "Is Joe old?";
    private static final List<String> TEXTS = List.of(
            "Joe is old.",
            "The actors were very convincing.",
            "Crème brûlée — naïve café, 東京 tower & 100% fun?!",
            "word ".repeat(200), // more than the model takes
            "I like soccer.");

    private static TextRankingPipeline pipeline;
    private static TesseraeScoringModel model;

    @BeforeAll
    static void load() {
        pipeline = Pipelines.textRanking(CHECKPOINT);
        model = TesseraeScoringModel.of(pipeline);
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @Test
    void scoresAreThePipelinesInTheOrderOfTheTexts() {
        List<Double> scores = model.scoreAll(segments(), QUERY).content();
        assertEquals(TEXTS.size(), scores.size());
        for (int i = 0; i < TEXTS.size(); i++) {
            assertEquals(pipeline.score(QUERY, TEXTS.get(i)), scores.get(i).floatValue());
            // LangChain4j names the text first, the pipeline the query.
            assertEquals(scores.get(i), model.score(TEXTS.get(i), QUERY).content());
        }
        assertEquals(List.of(), model.scoreAll(List.of(), QUERY).content());
    }

    @Test
    void theAggregatorRanksAsThePipelineDoes() {
        var aggregator =
                ReRankingContentAggregator.builder().scoringModel(model).build();
        List<Content> contents = TEXTS.stream().map(Content::from).toList();
        List<Content> ranked = aggregator.aggregate(Map.of(Query.from(QUERY), List.of(contents)));
        assertEquals(
                pipeline.rank(QUERY, TEXTS).stream().map(RankedText::text).toList(),
                ranked.stream().map(content -> content.textSegment().text()).toList());
    }

    @Test
    void onlyItsOwnPipelineIsClosed() {
        try (var another = TesseraeScoringModel.of(pipeline)) {
            another.score("Joe is old.", QUERY);
        }
        model.score("Joe is old.", QUERY); // still open
        var own = TesseraeScoringModel.of(CHECKPOINT);
        own.close();
        assertThrows(IllegalStateException.class, () -> own.score("Joe is old.", QUERY));
    }

    @Test
    void aBuiltModelHasItsOwnThreadsAndTheSameScores() {
        try (var built = TesseraeScoringModel.builder().threads(1).batchSize(2).load(CHECKPOINT)) {
            assertTrue(built.toString().contains("1 thread,"), built::toString);
            assertEquals(
                    model.scoreAll(segments(), QUERY).content(),
                    built.scoreAll(segments(), QUERY).content());
        }
    }

    @Test
    void soDoesLateInteraction(@TempDir Path folder) throws IOException {
        Path checkpoint = ColBertFolder.ofPyLate(folder, new JsonObject());
        try (LateInteractionPipeline late = Pipelines.lateInteraction(checkpoint);
                var built = TesseraeScoringModel.builder().threads(1).load(checkpoint);
                var own = TesseraeScoringModel.of(late)) {
            float[] expected = late.scores(QUERY, TEXTS);
            List<Double> found = built.scoreAll(segments(), QUERY).content();
            assertEquals(TEXTS.size(), found.size());
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found.get(i));
            }
            assertEquals(found, own.scoreAll(segments(), QUERY).content());
            assertTrue(built.toString().contains("late-interaction"), built::toString);
        }
    }

    @Test
    void aClassifierIsNoScoringModel() {
        assertThrows(ModelLoadingException.class, () -> TesseraeScoringModel.of(FIXTURES.resolve("distilbert-mnli")));
    }

    private static List<TextSegment> segments() {
        return TEXTS.stream().map(TextSegment::from).toList();
    }
}
