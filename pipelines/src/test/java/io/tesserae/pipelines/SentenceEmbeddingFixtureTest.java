package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentenceEmbeddingFixtureTest {

    @Test
    void theFixtureEmbedsAsTheReferenceDoes() throws Exception {
        Path folder = Question.TEST_DATA.resolve("fixtures/sentence-embedding");
        JsonObject expected = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                .getAsJsonObject();
        List<String> texts = expected.getAsJsonArray("inputs").asList().stream()
                .map(e -> e.getAsString())
                .toList();
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(folder);
                SafetensorsFile file = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            List<float[]> found = pipeline.embed(texts);
            assertEquals(48, pipeline.dimensions());
            float[] all = new float[texts.size() * 48];
            file.read("out.sentence_embedding", 0, all, 0, all.length);
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(Arrays.copyOfRange(all, i * 48, i * 48 + 48), found.get(i), 2e-6f);
            }
        }
    }
}
