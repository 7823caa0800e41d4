package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.Pipelines;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Rows of nulls, and rows that a pipeline refuses: those beside them are answered as ever. */
class RefusedRowsTest {

    private static final String TOO_LONG = "film ".repeat(2000);

    /** Bad rows at the beginning, at the end, side by side and inside batches. */
    private static final List<Integer> BAD = List.of(0, 1, 50, 77, 78, 79, 119);

    private static final List<Integer> NULL = List.of(2, 49, 80, 118);

    private static TextClassifier classifier() {
        return new TextClassifier()
                .setInputCol("text")
                .setOutputCol("answer")
                .setModelPath(LocalSpark.SENTIMENT.toString());
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>(LocalSpark.sentences(120));
        BAD.forEach(index -> texts.set(index, TOO_LONG));
        NULL.forEach(index -> texts.set(index, null));
        return texts;
    }

    @Test
    void withNullARowHasAReasonInsteadOfAnAnswer() {
        List<String> texts = texts();
        TextClassifier classifier = classifier().setErrorMode("null").setErrorCol("reason");
        List<Row> rows = classifier
                .transform(LocalSpark.texts(texts).coalesce(1))
                .select("text", "answer.label", "answer.score", "reason")
                .collectAsList();
        try (var pipeline = Pipelines.textClassification(LocalSpark.SENTIMENT)) {
            for (int i = 0; i < texts.size(); i++) {
                Row row = rows.get(i);
                assertEquals(texts.get(i), row.getString(0));
                if (BAD.contains(i)) {
                    assertNull(row.get(1));
                    assertTrue(row.getString(3).contains("tokens"), row.getString(3));
                } else if (NULL.contains(i)) {
                    assertTrue(row.isNullAt(1) && row.isNullAt(3));
                } else {
                    assertEquals(pipeline.classify(texts.get(i)).score(), row.getFloat(2));
                    assertNull(row.get(3));
                }
            }
        }
        assertEquals(120, classifier.metrics().rows());
        assertEquals(BAD.size(), classifier.metrics().failedRows());
    }

    @Test
    void withFailTheJobFailsAndSaysWhy() {
        Dataset<Row> answers = classifier().transform(LocalSpark.texts(texts()));
        Exception failure = assertThrows(Exception.class, answers::collectAsList);
        assertTrue(messages(failure).contains("tokens"), messages(failure));
    }

    @Test
    void aPictureThatIsNoneIsRefusedAlone() {
        List<byte[]> pictures =
                List.of(LocalSpark.picture("shapes.png"), new byte[] {1, 2, 3}, LocalSpark.picture("shapes.jpg"));
        Dataset<Row> files =
                LocalSpark.session().createDataset(pictures, Encoders.BINARY()).toDF("content");
        List<Row> rows = new ImageClassifier()
                .setInputCol("content")
                .setOutputCol("answer")
                .setErrorMode("null")
                .setModelPath(LocalSpark.fixture("vit-classify").toString())
                .transform(files.coalesce(1))
                .collectAsList();
        assertEquals(
                List.of(false, true, false),
                rows.stream().map(row -> row.isNullAt(1)).toList());
        assertEquals(
                List.of(true, false, true),
                rows.stream().map(row -> row.isNullAt(2)).toList());
    }

    @Test
    void columnsAreCheckedBeforeARowIsRead() {
        StructType schema = new StructType().add("text", DataTypes.StringType).add("number", DataTypes.IntegerType);
        assertTrue(refusal(schema, classifier().setInputCol("words")).contains("no column \"words\""));
        assertTrue(refusal(schema, classifier().setInputCol("number")).contains("expected the type string, found int"));
        assertTrue(refusal(schema, classifier().setOutputCol("number")).contains("is there already"));
        assertTrue(refusal(schema, classifier().setErrorMode("null").setErrorCol("text"))
                .contains("is there already"));
        assertTrue(refusal(schema, new TextClassifier()).contains("inputCol is not set"));
        assertEquals(
                List.of("text", "number", "answer", "answer_error"),
                List.of(classifier()
                        .setErrorMode("null")
                        .transformSchema(schema)
                        .fieldNames()));
        assertThrows(IllegalArgumentException.class, () -> classifier().setErrorMode("ignore"));
        assertThrows(IllegalArgumentException.class, () -> classifier().setTopK(0));
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        Dataset<Row> answers =
                classifier().setModelPath("/nowhere/model").transform(LocalSpark.texts(List.of("a film")));
        Exception failure = assertThrows(Exception.class, answers::collectAsList);
        assertTrue(messages(failure).contains("/nowhere/model: no such folder"), messages(failure));
        assertTrue(messages(failure).contains("broadcastLimit"), messages(failure));
    }

    private static String refusal(StructType schema, TextClassifier classifier) {
        return assertThrows(IllegalArgumentException.class, () -> classifier.transformSchema(schema))
                .getMessage();
    }

    private static String messages(Throwable failure) {
        return failure == null ? "" : failure.getMessage() + "\n" + messages(failure.getCause());
    }
}
