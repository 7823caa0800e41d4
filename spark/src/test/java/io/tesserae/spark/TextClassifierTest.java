package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Classification;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Labels of texts in Spark are those of the pipeline in this JVM, to the last bit. */
class TextClassifierTest {

    @Test
    void answersAreThoseOfThePipeline() {
        List<String> texts = LocalSpark.sentences(500);
        TextClassifier classifier = new TextClassifier()
                .setInputCol("text")
                .setOutputCol("answer")
                .setModelPath(LocalSpark.SENTIMENT.toString());
        List<Row> rows =
                classifier.transform(LocalSpark.texts(texts).repartition(1)).collectAsList();
        try (var pipeline = Pipelines.textClassification(LocalSpark.SENTIMENT)) {
            for (Row row : rows) {
                Row answer = row.getStruct(1);
                assertEquals(
                        pipeline.classify(row.getString(0)), new Classification(answer.getString(0), answer.getFloat(1)));
            }
        }
        assertEquals(500, rows.size());
        assertEquals(500, classifier.metrics().rows());
    }
}
