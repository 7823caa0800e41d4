package io.tesserae.springai;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The adapter by itself, and in the hands of Spring's own classes. */
class TesseraeEmbeddingModelTest {

    private static final Path CHECKPOINT = Path.of("..", "testdata", "fixtures", "sentence-embedding");

    private static final List<String> TEXTS = List.of(
            "The actors were very convincing.",
            "A dull, lifeless film: nobody in the audience laughed, not even once.",
            "Crème brûlée — naïve café, 東京 tower & 100% fun?!",
            "word ".repeat(100), // more than the 64 tokens that the model takes
            "Joe is old.");

    private static SentenceEmbeddingPipeline pipeline;
    private static TesseraeEmbeddingModel model;

    @BeforeAll
    static void load() {
        pipeline = Pipelines.sentenceEmbedding(CHECKPOINT);
        model = TesseraeEmbeddingModel.of(pipeline);
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @Test
    void embeddingsAreThePipelinesInTheOrderOfTheTexts() {
        EmbeddingResponse response = model.embedForResponse(TEXTS);
        List<float[]> vectors = model.embed(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
            float[] expected = pipeline.embed(TEXTS.get(i));
            Embedding embedding = response.getResults().get(i);
            assertEquals(i, embedding.getIndex());
            assertArrayEquals(expected, embedding.getOutput());
            assertArrayEquals(expected, vectors.get(i));
            assertArrayEquals(expected, model.embed(TEXTS.get(i)));
            assertArrayEquals(expected, model.embed(new Document(TEXTS.get(i))));
        }
        assertEquals(TEXTS.size(), response.getResults().size());
        assertEquals(24, model.dimensions());
        assertEquals(List.of(), model.embed(List.<String>of()));
    }

    @Test
    void tokensAreThoseThatTheModelReads() {
        int expected = TEXTS.stream()
                .mapToInt(text -> Math.min(64, pipeline.tokenizer().encode(text).size()))
                .sum();
        var usage = model.embedForResponse(TEXTS).getMetadata().getUsage();
        assertEquals(expected, usage.getPromptTokens());
        assertEquals(expected, usage.getTotalTokens());
    }

    @Test
    void questionsAndDocumentsGetTheirPrompts() {
        var prompted = model.withQueryPrompt("query: ").withDocumentPrompt("passage: ");
        List<Document> documents = TEXTS.stream().map(Document::new).toList();
        List<float[]> vectors = prompted.embed(documents, null, new TokenCountBatchingStrategy());
        for (int i = 0; i < TEXTS.size(); i++) {
            float[] asDocument = pipeline.embed("passage: " + TEXTS.get(i));
            assertArrayEquals(asDocument, prompted.embed(documents.get(i)));
            assertArrayEquals(asDocument, vectors.get(i));
            assertArrayEquals(pipeline.embed("query: " + TEXTS.get(i)), prompted.embed(TEXTS.get(i)));
            assertArrayEquals(
                    pipeline.embed(TEXTS.get(i)), prompted.embed(TEXTS).get(i));
        }
    }

    @Test
    void optionsAreHeededOrRefused() {
        var named = model.withModelName("mine");
        assertEquals("mine", named.embedForResponse(TEXTS).getMetadata().getModel());
        EmbeddingOptions seven =
                EmbeddingOptions.builder().model("mine").dimensions(7).build();
        assertArrayEquals(
                pipeline.embed(List.of("Joe is old."), SentenceEmbeddingOptions.DEFAULT.withDimensions(7))
                        .getFirst(),
                named.call(new EmbeddingRequest(List.of("Joe is old."), seven))
                        .getResult()
                        .getOutput());

        var other = new EmbeddingRequest(
                TEXTS, EmbeddingOptions.builder().model("another").build());
        var error = assertThrows(IllegalArgumentException.class, () -> named.call(other));
        assertTrue(error.getMessage().contains("\"another\""), error.getMessage());
        var tooMany = new EmbeddingRequest(
                TEXTS, EmbeddingOptions.builder().dimensions(49).build());
        assertThrows(IllegalArgumentException.class, () -> named.call(tooMany));
    }

    @Test
    void aPictureIsRefused() {
        var picture = Media.builder()
                .mimeType(Media.Format.IMAGE_PNG)
                .data(URI.create("file:picture.png"))
                .build();
        var document = new Document("the-id", picture, Map.of());
        var error = assertThrows(IllegalArgumentException.class, () -> model.embed(document));
        assertTrue(error.getMessage().contains("the-id"), error.getMessage());
    }

    @Test
    void aVectorStoreFindsEveryTextByItself() {
        var store = SimpleVectorStore.builder(model).build();
        store.add(TEXTS.stream().map(Document::new).toList());
        for (String text : TEXTS) {
            List<Document> found = store.similaritySearch(
                    SearchRequest.builder().query(text).topK(2).build());
            assertEquals(2, found.size());
            assertEquals(text, found.getFirst().getText());
            assertEquals(1, found.getFirst().getScore(), 1e-6);
        }
    }

    @Test
    void manyThreadsGetTheSameBits() {
        List<float[]> expected = model.embed(TEXTS);
        assertTrue(IntStream.range(0, 64).parallel().allMatch(i -> {
            List<float[]> vectors = model.embed(TEXTS);
            return IntStream.range(0, TEXTS.size())
                    .allMatch(text -> Arrays.equals(expected.get(text), vectors.get(text)));
        }));
    }

    @Test
    void aContextOpensAndClosesIt() {
        EmbeddingModel bean;
        try (var context = new AnnotationConfigApplicationContext(Application.class)) {
            bean = context.getBean(EmbeddingModel.class);
            assertEquals(
                    "sentence-embedding",
                    bean.embedForResponse(TEXTS).getMetadata().getModel());
        }
        assertThrows(IllegalStateException.class, () -> bean.embed("Joe is old."));
    }

    @Test
    void aPipelineOfAnothersStaysOpen() {
        TesseraeEmbeddingModel.of(pipeline).close();
        model.embed("Joe is old.");
    }

    @Configuration
    static class Application {

        @Bean
        EmbeddingModel embeddingModel() {
            return TesseraeEmbeddingModel.of(CHECKPOINT);
        }
    }
}
