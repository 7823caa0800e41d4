package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transformers are stages of spark.ml: saved, loaded and copied with what they were set to. */
class SavedPipelineTest {

    @TempDir
    Path folder;

    @Test
    void aPipelineThatWasSavedAnswersTheSame() throws IOException {
        Dataset<Row> texts = LocalSpark.texts(LocalSpark.sentences(40));
        PipelineStage[] stages = {
            new TextClassifier()
                    .setInputCol("text")
                    .setOutputCol("mood")
                    .setTopK(2)
                    .setModelPath(LocalSpark.SENTIMENT.toString()),
            new SentenceEmbedder()
                    .setInputCol("text")
                    .setOutputCol("vector")
                    .setModelPath(LocalSpark.fixture("sentence-embedding").toString()),
            new TokenClassifier()
                    .setInputCol("text")
                    .setOutputCol("names")
                    .setAggregation("max")
                    .setStride(2)
                    .setErrorMode("null")
                    .setModelPath(LocalSpark.fixture("bert-ner").toString())
        };
        PipelineModel model = new Pipeline().setStages(stages).fit(texts);
        List<Row> before = model.transform(texts).collectAsList();
        String path = folder.resolve("saved").toString();
        model.write().save(path);
        PipelineModel loaded = PipelineModel.load(path);
        assertEquals(before, loaded.transform(texts).collectAsList());
        assertEquals("max", ((TokenClassifier) loaded.stages()[2]).getAggregation());
        assertEquals(stages[0].uid(), loaded.stages()[0].uid());
    }

    @Test
    void eachTransformerIsSavedByItself() throws IOException {
        save(
                new ZeroShotClassifier()
                        .setCandidateLabels(new String[] {"a", "b"})
                        .setMultiLabel(true),
                "zero");
        assertEquals(
                List.of("a", "b"), List.of(ZeroShotClassifier.load(at("zero")).getCandidateLabels()));
        save(new TextRanker().setTextsCol("texts").setTopK(3), "ranker");
        assertEquals(3, TextRanker.load(at("ranker")).getTopK());
        save(new ImageClassifier().setBroadcastLimit(1L << 40), "image");
        assertEquals(1L << 40, ImageClassifier.load(at("image")).getBroadcastLimit());
        save(new SentenceEmbedder().setDimensions(5).setPrompt("query: "), "embedder");
        assertEquals("query: ", SentenceEmbedder.load(at("embedder")).getPrompt());
        save(new TextClassifier().setTruncation(true).setThreads(3), "classifier");
        assertEquals(3, TextClassifier.load(at("classifier")).getThreads());
        save(new TokenClassifier().setStride(0), "tokens");
        assertEquals(0, TokenClassifier.load(at("tokens")).getStride());
    }

    @Test
    void aCopyIsSetToItself() {
        TextClassifier classifier = new TextClassifier().setTopK(2);
        TextClassifier copy =
                classifier.copy(new ParamMap().put(classifier.topK().w(4)));
        assertEquals(2, classifier.getTopK());
        assertEquals(4, copy.getTopK());
        assertEquals(classifier.uid(), copy.uid());
        assertNotEquals(classifier.uid(), new TextClassifier().uid());
    }

    private void save(PipelineTransformer<?> transformer, String name) throws IOException {
        transformer.write().save(at(name));
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }
}
