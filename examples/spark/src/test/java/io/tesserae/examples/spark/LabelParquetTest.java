package io.tesserae.examples.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.Pipelines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From Parquet to Parquet: labels, scores and reasons stand beside the texts. */
class LabelParquetTest {

    private static final Path MODEL = Path.of("../../cli/src/main/resources/io/tesserae/cli/models/sentiment");

    @TempDir
    Path folder;

    @Test
    void labelsStandBesideTexts() throws IOException {
        List<String> texts = List.of("The actors were very convincing.", "film ".repeat(2000), "A dull story.");
        String input = folder.resolve("in.parquet").toString();
        String output = folder.resolve("out.parquet").toString();
        try (SparkSession session = session();
                var pipeline = Pipelines.textClassification(MODEL)) {
            session.createDataset(texts, Encoders.STRING())
                    .toDF("text")
                    .coalesce(1)
                    .write()
                    .parquet(input);
            String done = LabelParquet.label(session, MODEL.toString(), input, output);
            assertTrue(done.startsWith("3 rows, 1 of them failed"), done);
            List<Row> rows = session.read().parquet(output).collectAsList();
            assertEquals(
                    List.of("text", "reason", "label", "score"),
                    List.of(rows.getFirst().schema().fieldNames()));
            assertEquals(texts, rows.stream().map(row -> row.getString(0)).toList());
            for (int i : new int[] {0, 2}) {
                assertEquals(
                        pipeline.classify(texts.get(i)).label(), rows.get(i).getString(2));
                assertEquals(
                        pipeline.classify(texts.get(i)).score(), rows.get(i).getFloat(3));
            }
            assertTrue(rows.get(1).getString(1).contains("too long"));
        }
    }

    private static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("test")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
    }
}
