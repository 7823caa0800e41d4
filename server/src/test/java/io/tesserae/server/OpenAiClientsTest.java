package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.segment.TextSegment;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.server.model.ServerOptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;

/** Clients that were written for OpenAI, of the two frameworks that most Java programs have. */
@Timeout(120)
class OpenAiClientsTest {

    private static final String KEY = "secret";

    private static final List<String> TEXTS =
            List.of("a text", "another text, longer than the first", "« ni hao » 你好 \uD83D\uDE42");

    private static final SentenceEmbeddingOptions NORMALIZED = SentenceEmbeddingOptions.DEFAULT.withNormalize(true);

    private static Engine engine;
    private static TesseraeServer server;
    private static SentenceEmbeddingPipeline pipeline;
    private static String address;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.builder().threads(1).build();
        server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0).withApiKey(KEY),
                List.of(Fixtures.served("sentence-embedding", engine)));
        pipeline = Pipelines.sentenceEmbedding(Fixtures.folder("sentence-embedding"), engine);
        address = "http://127.0.0.1:" + server.port() + "/v1";
    }

    @AfterAll
    static void stop() {
        pipeline.close();
        server.close();
        engine.close();
    }

    private static void assertVectors(List<float[]> vectors) {
        assertEquals(TEXTS.size(), vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            float[] expected = pipeline.embed(TEXTS.get(i), NORMALIZED);
            assertArrayEquals(expected, vectors.get(i), TEXTS.get(i));
        }
    }

    private static dev.langchain4j.model.openai.OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder langChain() {
        return dev.langchain4j.model.openai.OpenAiEmbeddingModel.builder()
                .baseUrl(address)
                .apiKey(KEY)
                .modelName("sentence-embedding");
    }

    @Test
    void langChain4jGetsThePipelinesVectors() {
        var response = langChain()
                .build()
                .embedAll(TEXTS.stream().map(TextSegment::from).toList());
        assertVectors(response.content().stream().map(each -> each.vector()).toList());
        assertTrue(response.tokenUsage().inputTokenCount() > TEXTS.size());
    }

    @Test
    void langChain4jIsToldWhatIsWrong() {
        var stranger = langChain().apiKey("wrong").maxRetries(0).build();
        RuntimeException failure = assertThrows(RuntimeException.class, () -> stranger.embed("a"));
        assertTrue(failure.getMessage().contains("key"), failure.getMessage());
        var other = langChain().modelName("nothing").maxRetries(0).build();
        failure = assertThrows(RuntimeException.class, () -> other.embed("a"));
        assertTrue(failure.getMessage().contains("no such model"), failure.getMessage());
    }

    @Test
    void springAiGetsThePipelinesVectorsInBothFormats() {
        for (var format : OpenAiEmbeddingOptions.EncodingFormat.values()) {
            var model = springAi(OpenAiEmbeddingOptions.builder().encodingFormat(format));
            assertVectors(model.embed(TEXTS));
        }
        assertVectors(springAi(OpenAiEmbeddingOptions.builder()).embed(TEXTS));
    }

    @Test
    void springAiGetsFewerDimensionsWhereItAsksForThem() {
        var model = springAi(OpenAiEmbeddingOptions.builder().dimensions(4));
        assertTrue(Stream.of(model.embed("a text")).allMatch(vector -> vector.length == 4));
    }

    private static OpenAiEmbeddingModel springAi(OpenAiEmbeddingOptions.Builder options) {
        options.baseUrl(address);
        options.apiKey(KEY);
        options.model("sentence-embedding");
        options.maxRetries(0);
        return OpenAiEmbeddingModel.builder().options(options.build()).build();
    }
}
