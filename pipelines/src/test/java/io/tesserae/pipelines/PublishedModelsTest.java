package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Published models give published numbers. The models are taken from the Hugging Face cache, or downloaded into it; where
 * neither can be, the tests are skipped and say so.
 *
 * <p>The numbers are from the Hugging Face course and from the tests of transformers, rounded as they stand there.
 */
class PublishedModelsTest {

    @Test
    void sentimentOfTheSentencesInTheCourse() {
        Map<String, float[]> logits = Map.of(
                "I've been waiting for a HuggingFace course my whole life.", new float[] {-1.5607f, 1.6123f},
                "I hate this so much!", new float[] {4.1692f, -3.3464f},
                "So have I!", new float[] {-3.6183f, 3.9137f},
                "today is not that bad", new float[] {-3.4620f, 3.6118f},
                "today is so bad", new float[] {4.7508f, -3.7899f},
                "so good", new float[] {-4.1938f, 4.5566f});
        try (var pipeline =
                Pipelines.textClassification(published("distilbert/distilbert-base-uncased-finetuned-sst-2-english"))) {
            assertArrayEquals(
                    new int[] {101, 2651, 2003, 2025, 2008, 2919, 102},
                    pipeline.tokenizer().encode("today is not that bad").inputIds());
            logits.forEach((text, expected) -> {
                Tensor found = pipeline.model()
                        .forward(TokenBatch.of(pipeline.tokenizer().encode(text).inputIds()))
                        .logits();
                assertArrayEquals(expected, found.toArray(), 6e-5f, text);
                String label = expected[1] > expected[0] ? "POSITIVE" : "NEGATIVE";
                assertEquals(label, pipeline.classify(text).label(), text);
            });
        }
    }

    /** The first token is masked there, and the others keep their positions. */
    @Test
    void hiddenStatesOfDistilBert() {
        float[][] expected = {{-0.1639f, 0.3299f, 0.1648f}, {-0.1746f, 0.3289f, 0.1710f}, {-0.1884f, 0.3357f, 0.1810f}};
        int[] ids = {0, 345, 232, 328, 740, 140, 1695, 69, 6078, 1588, 2};
        int[] mask = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        try (AutoModel model = AutoModel.fromPretrained(published("distilbert/distilbert-base-uncased"))) {
            TokenBatch batch =
                    TokenBatch.masked(new int[][] {ids}, new int[][] {new int[ids.length]}, new int[][] {mask});
            Tensor padded = batch.pad(model.forward(batch).lastHiddenState(), ids.length); // [1, 11, 768]
            for (int token = 0; token < 3; token++) {
                for (int feature = 0; feature < 3; feature++) {
                    assertEquals(expected[token][feature], padded.get(0, 1 + token, 1 + feature), 1e-4f);
                }
            }
        }
    }

    private static ModelFiles published(String name) {
        Hub hub = Hub.fromEnvironment();
        try {
            return hub.cached(name);
        } catch (IOException | RuntimeException notCached) {
            try {
                return hub.download(name);
            } catch (IOException | RuntimeException unreachable) {
                return abort("skipped: " + name + " is neither in the Hugging Face cache nor to be downloaded: "
                        + unreachable.getMessage());
            }
        }
    }
}
