package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.Pipelines;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Functions of SQL answer as pipelines do. */
class TesseraeFunctionsTest {

    private static final Path EMBEDDER = LocalSpark.fixture("sentence-embedding");

    @BeforeAll
    static void register() {
        SparkSession session = LocalSpark.session();
        TesseraeFunctions.register(session, LocalSpark.SENTIMENT.toString(), EMBEDDER.toString());
        LocalSpark.texts(LocalSpark.sentences(60)).createOrReplaceTempView("sentences");
    }

    @Test
    void answersAreThoseOfThePipelines() {
        List<Row> rows = LocalSpark.session()
                .sql("select text, tesserae_classify(text).label, tesserae_classify(text).score, tesserae_embed(text)"
                        + " from sentences")
                .collectAsList();
        assertEquals(60, rows.size());
        try (var classifier = Pipelines.textClassification(LocalSpark.SENTIMENT);
                var embedder = Pipelines.sentenceEmbedding(EMBEDDER)) {
            for (Row row : rows) {
                assertEquals(classifier.classify(row.getString(0)).label(), row.getString(1));
                assertEquals(classifier.classify(row.getString(0)).score(), row.getFloat(2));
                float[] vector = embedder.embed(row.getString(0));
                List<Float> found = row.getList(3);
                assertEquals(vector.length, found.size());
                for (int i = 0; i < vector.length; i++) {
                    assertEquals(vector[i], found.get(i));
                }
            }
        }
    }

    @Test
    void nullHasNullForAnAnswer() {
        Row row = LocalSpark.session()
                .sql("select tesserae_classify(null), tesserae_embed(cast(null as string))")
                .first();
        assertTrue(row.isNullAt(0) && row.isNullAt(1));
    }

    @Test
    void tryAnswersNullWhereTheOtherFails() {
        SparkSession session = LocalSpark.session();
        assertTrue(session.sql("select try_tesserae_classify(repeat('film ', 2000))")
                .first()
                .isNullAt(0));
        assertThrows(
                Exception.class,
                () -> session.sql("select tesserae_classify(repeat('film ', 2000))")
                        .first());
    }
}
