package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.pipelines.text.Entity;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TokenClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Each transformer answers as its pipeline does in this JVM, to the last bit, however rows are cut into partitions and batches. */
class TransformersTest {

    private static final List<String> TEXTS = LocalSpark.sentences(200);

    @Test
    void textClassifier() {
        TextClassifier classifier = new TextClassifier().setTopK(2).setModelPath(LocalSpark.SENTIMENT.toString());
        List<Row> rows = answers(classifier, 3);
        try (var pipeline = Pipelines.textClassification(LocalSpark.SENTIMENT)) {
            for (int i = 0; i < TEXTS.size(); i++) {
                List<Classification> expected = pipeline.classify(
                                TEXTS.get(i), TextClassificationOptions.DEFAULT.withTopK(2))
                        .labels();
                assertClassification(expected, rows.get(i).getStruct(1));
            }
        }
        assertEquals(200, classifier.metrics().rows());
        assertEquals(0, classifier.metrics().failedRows());
    }

    @Test
    void tokenClassifier() {
        Path model = LocalSpark.fixture("bert-ner");
        List<Row> rows = answers(new TokenClassifier().setAggregation("simple").setModelPath(model.toString()), 2);
        try (var pipeline = Pipelines.tokenClassification(model)) {
            for (int i = 0; i < TEXTS.size(); i++) {
                List<Entity> expected = pipeline.classify(
                                TEXTS.get(i),
                                TokenClassificationOptions.DEFAULT.withAggregation(AggregationStrategy.SIMPLE))
                        .entities();
                List<Row> found = rows.get(i).getList(1);
                assertEquals(
                        expected.stream()
                                .map(entity -> RowFactory.create(
                                        entity.label(),
                                        entity.score(),
                                        entity.word(),
                                        entity.codePoints().start(),
                                        entity.codePoints().end()))
                                .toList(),
                        found);
            }
        }
    }

    @Test
    void sentenceEmbedder() {
        Path model = LocalSpark.fixture("sentence-embedding");
        SentenceEmbedder embedder = new SentenceEmbedder().setBatchSize(7).setModelPath(model.toString());
        List<Row> rows = answers(embedder, 4);
        try (var pipeline = Pipelines.sentenceEmbedding(model)) {
            for (int i = 0; i < TEXTS.size(); i++) {
                assertArrayEquals(pipeline.embed(TEXTS.get(i)), floats(rows.get(i), 1));
            }
        }
        assertTrue(embedder.metrics().tokens() > 200);
    }

    @Test
    void zeroShotClassifier() {
        Path model = LocalSpark.fixture("distilbert-mnli");
        String[] labels = {"film", "story", "friends"};
        List<String> texts = TEXTS.subList(0, 50);
        List<Row> rows =
                answers(new ZeroShotClassifier().setCandidateLabels(labels).setModelPath(model.toString()), 2);
        try (var pipeline = Pipelines.zeroShotClassification(model)) {
            for (int i = 0; i < texts.size(); i++) {
                List<Classification> expected = pipeline.answer(
                                new ZeroShotInput(texts.get(i), List.of(labels)), ZeroShotClassificationOptions.DEFAULT)
                        .labels();
                assertClassification(expected, rows.get(i).getStruct(1));
            }
        }
    }

    @Test
    void textRanker() {
        Path model = LocalSpark.fixture("distilbert-regression");
        StructType schema = new StructType()
                .add("query", DataTypes.StringType)
                .add("texts", DataTypes.createArrayType(DataTypes.StringType));
        Dataset<Row> queries = LocalSpark.session()
                .createDataset(
                        List.of(
                                RowFactory.create(
                                        "great film", TEXTS.subList(0, 20).toArray()),
                                RowFactory.create("no texts", new String[0]),
                                RowFactory.create(
                                        "bad story", TEXTS.subList(20, 25).toArray())),
                        Encoders.row(schema));
        TextRanker ranker = new TextRanker()
                .setInputCol("query")
                .setTextsCol("texts")
                .setOutputCol("ranks")
                .setModelPath(model.toString());
        List<Row> rows = ranker.transform(queries).collectAsList();
        try (var pipeline = Pipelines.textRanking(model)) {
            for (Row row : rows) {
                List<RankedText> expected = pipeline.rank(row.getString(0), row.getList(1));
                assertEquals(
                        expected.stream()
                                .map(text -> RowFactory.create(text.index(), text.score()))
                                .toList(),
                        row.<Row>getList(2));
            }
        }
        assertEquals(
                List.of(20, 0, 5),
                rows.stream().map(row -> row.getList(2).size()).toList());
    }

    @Test
    void imageClassifier() {
        Path model = LocalSpark.fixture("vit-classify");
        List<byte[]> pictures = List.of(LocalSpark.picture("shapes.png"), LocalSpark.picture("shapes.jpg"));
        Dataset<Row> files =
                LocalSpark.session().createDataset(pictures, Encoders.BINARY()).toDF("content");
        List<Row> rows = new ImageClassifier()
                .setInputCol("content")
                .setOutputCol("answer")
                .setModelPath(model.toString())
                .transform(files)
                .collectAsList();
        try (var pipeline = Pipelines.imageClassification(model)) {
            for (int i = 0; i < pictures.size(); i++) {
                List<Classification> expected =
                        pipeline.answer(ImageInput.of(pictures.get(i)), ImageClassificationOptions.DEFAULT);
                assertClassification(expected, rows.get(i).getStruct(1));
            }
        }
    }

    private static List<Row> answers(PipelineTransformer<?> transformer, int partitions) {
        transformer.setInputCol("text");
        Dataset<Row> texts = LocalSpark.texts(TEXTS).coalesce(partitions);
        return transformer.transform(texts).collectAsList();
    }

    private static void assertClassification(List<Classification> expected, Row found) {
        assertEquals(expected.getFirst(), new Classification(found.getString(0), found.getFloat(1)));
        List<Row> labels = found.getList(2);
        assertEquals(
                expected,
                labels.stream()
                        .map(label -> new Classification(label.getString(0), label.getFloat(1)))
                        .toList());
    }

    private static float[] floats(Row row, int column) {
        List<Float> numbers = row.getList(column);
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i);
        }
        return floats;
    }
}
