package io.tesserae.training.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.training.failure.TrainingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {

    @Test
    void singleLabel() {
        float[][] logits = {{1, 2}, {3, 1}, {0, 0}, {0, 5}};
        Map<String, Double> metrics = TaskMetrics.singleLabel(logits, new int[] {1, 1, 0, 1});
        assertEquals(
                List.of("accuracy", "f1", "precision", "recall", "matthews_correlation"),
                List.copyOf(metrics.keySet()));
        assertEquals(0.75, metrics.get("accuracy"));
        assertEquals(0.8, metrics.get("f1"), 1e-15);
        float[][] three = {{1, 2, 0}, {3, 1, 0}, {0, 0, 1}};
        assertEquals(
                5 / 9.0, TaskMetrics.singleLabel(three, new int[] {1, 1, 2}).get("f1"), 1e-15); // (2/3+0+1)/3
    }

    @Test
    void divergedLogitsAreNamed() {
        TrainingException e =
                assertThrows(TrainingException.class, () -> LargestLogit.of(new float[][] {{1, 2}, {1, Float.NaN}}));
        assertTrue(e.getMessage().contains("class 1 of example 1"), e.getMessage());
    }

    /** Recorded values are scikit-learn 1.9's. */
    @Test
    void multiLabel() {
        float[][] labels = {{1, 0, 1}, {0, 1, 0}, {0, 0, 0}, {1, 1, 0}, {0, 0, 1}};
        float[][] logits = {{1, -1, -1}, {-1, 1, -1}, {-1, 1, 0}, {1, 1, -1}, {-1, -1, 1}};
        MultiLabelScores scores = new MultiLabelScores(logits, labels);
        assertEquals(0.6, scores.accuracy(), 1e-15);
        assertEquals(0.8333333333333334, scores.f1(Average.MICRO), 1e-15);
        assertEquals(0.8222222222222223, scores.f1(Average.MACRO), 1e-15);
        assertEquals(0.8222222222222223, scores.f1(Average.WEIGHTED), 1e-15);
        assertEquals(0.8888888888888888, scores.precision(Average.MACRO), 1e-15);
        assertEquals(0.8333333333333334, scores.recall(Average.MACRO), 1e-15);
        assertEquals(
                "{accuracy=0.6, f1=0.8333333333333334}",
                TaskMetrics.multiLabel(logits, labels).toString());
        assertThrows(
                IllegalArgumentException.class,
                () -> new MultiLabelScores(new float[][] {{1}}, new float[][] {{0.5f}}));
    }

    @Test
    void answersInPerCent() {
        Map<String, Double> metrics =
                TaskMetrics.answers(List.of("the cat", "dog"), List.of(List.of("Cat."), List.of("big dog")));
        assertEquals(50.0, metrics.get("exact_match"));
        assertEquals(83.33333333333333, metrics.get("f1"), 1e-12);
    }

    @Test
    void ignoredTokensDoNotCount() {
        Map<String, Double> metrics =
                TaskMetrics.tokens(new int[] {5, 6, 7}, new int[] {5, TokenAccuracy.IGNORED, 8}, Math.log(4));
        assertEquals(0.5, metrics.get("accuracy"));
        assertEquals(4, metrics.get("perplexity"), 1e-12);
        assertTrue(Double.isNaN(TokenAccuracy.of(new int[] {1}, new int[] {TokenAccuracy.IGNORED})));
        assertEquals(Double.POSITIVE_INFINITY, Perplexity.of(1000));
    }

    @Test
    void captionsEqualButForSpace() {
        assertEquals(
                "{exact_match=0.5}",
                TaskMetrics.captions(
                                List.of("a red cube ", "a ball"),
                                List.of(List.of("a cube", "a red cube"), List.of("A ball")))
                        .toString());
    }

    @Test
    void retrieval() {
        float[][] anchors = {{1, 0}, {0, 1}, {1, 1}};
        float[][] positives = {{2, 0.1f}, {1, 0.9f}, {0.1f, 3}};
        // Ranks 1, 2 and 3: only the first anchor's own positive is the nearest.
        RetrievalScores scores = RetrievalScores.of(anchors, positives);
        assertEquals(1 / 3.0, scores.accuracy(), 1e-15);
        assertEquals((1 + 1 / 2.0 + 1 / 3.0) / 3, scores.meanReciprocalRank(), 1e-15);
    }

    @Test
    void collapsedEmbeddingsFindNothing() {
        float[][] same = {{1, 2}, {1, 2}, {1, 2}};
        assertEquals(new RetrievalScores(0, 1 / 3.0), RetrievalScores.of(same, same));
        float[][] broken = {{Float.NaN, 0}, {1, 2}};
        assertEquals(0, RetrievalScores.of(broken, broken).accuracy());
    }

    @Test
    void similarityRanksByAngle() {
        float[][] first = {{1, 0}, {1, 0}, {1, 0}, {0, 0}};
        float[][] second = {{5, 0}, {1, 1}, {-1, 1}, {1, 1}};
        Map<String, Double> metrics = TaskMetrics.similarity(first, second, new float[] {5, 4, 0, 1});
        assertEquals(1, metrics.get("spearman_cosine"), 1e-15);
        assertTrue(metrics.get("pearson_cosine") < 1);
    }

    @Test
    void questionsThatATextDoesNotAnswerWantAnEmptyAnswer() {
        Map<String, Double> metrics =
                TaskMetrics.answers(List.of("", "Anna", ""), List.of(List.of(), List.of(), List.of("Anna")));
        assertEquals(100.0 / 3, metrics.get("exact_match"), 1e-12);
        assertEquals(100.0 / 3, metrics.get("f1"), 1e-12);
    }
}
