package io.tesserae.langchain4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelResponseContext;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The adapter by itself, and in the hands of LangChain4j's own classes. */
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
        Response<List<Embedding>> response = model.embedAll(segments(TEXTS));
        assertEquals(TEXTS.size(), response.content().size());
        for (int i = 0; i < TEXTS.size(); i++) {
            float[] expected = pipeline.embed(TEXTS.get(i));
            assertArrayEquals(expected, response.content().get(i).vector());
            assertArrayEquals(expected, model.embed(TEXTS.get(i)).content().vector());
        }
        assertEquals(List.of(), model.embedAll(List.of()).content());
    }

    @Test
    void tokensAreThoseThatTheModelReads() {
        assertEquals(
                pipeline.tokenizer().encode(TEXTS.get(0)).size(),
                model.embed(TEXTS.get(0)).tokenUsage().inputTokenCount());
        assertEquals(64, model.embed("word ".repeat(100)).tokenUsage().inputTokenCount());
        int sum = TEXTS.stream()
                .mapToInt(text -> model.embed(text).tokenUsage().totalTokenCount())
                .sum();
        assertEquals(sum, model.embedAll(segments(TEXTS)).tokenUsage().totalTokenCount());
    }

    @Test
    void itKnowsItsDimensionAndItsName() {
        assertEquals(24, model.dimension());
        assertEquals("unknown", model.modelName());
        try (var ofFolder = TesseraeEmbeddingModel.of(CHECKPOINT)) {
            assertEquals("sentence-embedding", ofFolder.modelName());
            EmbeddingResponse response =
                    ofFolder.withModelName("mine").embed(request("x").build());
            assertEquals("mine", response.modelName());
        }
    }

    @Test
    void aBuiltModelHasItsOwnThreadsAndNameAndTheSameVectors() {
        try (var built = TesseraeEmbeddingModel.builder()
                .threads(1)
                .batchSize(2)
                .modelName("mine")
                .load(CHECKPOINT)) {
            assertTrue(built.toString().contains("1 thread,"), built::toString);
            assertEquals("mine", built.modelName());
            List<Embedding> vectors = built.embedAll(segments(TEXTS)).content();
            for (int i = 0; i < TEXTS.size(); i++) {
                assertArrayEquals(pipeline.embed(TEXTS.get(i)), vectors.get(i).vector());
            }
        }
    }

    @Test
    void questionsAndDocumentsGetTheirPrompts() {
        var prompted = model.withQueryPrompt("query: ").withDocumentPrompt("passage: ");
        EmbeddingResponse query = prompted.embed(
                request("Joe is old.").inputType(EmbeddingInputType.QUERY).build());
        EmbeddingResponse document = prompted.embed(
                request("Joe is old.").inputType(EmbeddingInputType.DOCUMENT).build());
        assertArrayEquals(
                pipeline.embed("query: Joe is old."),
                query.embeddings().getFirst().vector());
        assertArrayEquals(
                pipeline.embed("passage: Joe is old."),
                document.embeddings().getFirst().vector());
        assertArrayEquals(
                pipeline.embed("Joe is old."),
                prompted.embed("Joe is old.").content().vector());
        assertEquals(
                pipeline.tokenizer().encode("query: Joe is old.").size(),
                query.tokenUsage().inputTokenCount());

        // This checkpoint has no prompts of its own.
        assertArrayEquals(
                pipeline.embed("Joe is old."),
                model.embed(request("Joe is old.")
                                .inputType(EmbeddingInputType.QUERY)
                                .build())
                        .embeddings()
                        .getFirst()
                        .vector());
    }

    @Test
    void fewerDimensionsAreTheFirstOnes() {
        EmbeddingResponse response =
                model.embed(request("Joe is old.").dimensions(7).build());
        assertArrayEquals(
                pipeline.embed(List.of("Joe is old."), SentenceEmbeddingOptions.DEFAULT.withDimensions(7))
                        .getFirst(),
                response.embeddings().getFirst().vector());
        EmbeddingRequest tooMany = request("Joe is old.").dimensions(49).build();
        assertThrows(IllegalArgumentException.class, () -> model.embed(tooMany));
    }

    @Test
    void whatItCannotDoIsRefused() {
        EmbeddingRequest otherModel =
                request("Joe is old.").modelName("another").build();
        assertThrows(UnsupportedFeatureException.class, () -> model.embed(otherModel));
    }

    @Test
    void listenersHear() {
        List<EmbeddingModelResponseContext> heard = new ArrayList<>();
        EmbeddingModel listened = model.addListener(new EmbeddingModelListener() {
            @Override
            public void onResponse(EmbeddingModelResponseContext context) {
                heard.add(context);
            }
        });
        listened.embed("Joe is old.");
        assertEquals(1, heard.size());
        assertEquals(
                model.embed("Joe is old.").content(),
                heard.getFirst().response().content().getFirst());
    }

    @Test
    void aStoreFindsEveryTextByItself() {
        var store = new InMemoryEmbeddingStore<TextSegment>();
        EmbeddingStoreIngestor.builder()
                .embeddingModel(model)
                .embeddingStore(store)
                .build()
                .ingest(TEXTS.stream().map(Document::from).toList());

        var retriever = EmbeddingStoreContentRetriever.builder()
                .embeddingStore(store)
                .embeddingModel(model)
                .embeddingInputType(EmbeddingInputType.QUERY)
                .maxResults(2)
                .build();
        for (String text : TEXTS) {
            List<Content> found = retriever.retrieve(Query.from(text));
            assertEquals(2, found.size());
            assertEquals(text, found.getFirst().textSegment().text());
        }
        var nearest = store.search(EmbeddingSearchRequest.builder()
                .queryEmbedding(model.embed(TEXTS.getFirst()).content())
                .maxResults(1)
                .build());
        assertEquals(1, nearest.matches().getFirst().score(), 1e-6);
    }

    @Test
    void manyThreadsGetTheSameBits() {
        List<Embedding> expected = model.embedAll(segments(TEXTS)).content();
        assertTrue(IntStream.range(0, 64)
                .parallel()
                .allMatch(i -> model.embedAll(segments(TEXTS)).content().equals(expected)));
    }

    @Test
    void onlyItsOwnPipelineIsClosed() {
        try (var another = TesseraeEmbeddingModel.of(pipeline)) {
            another.embed("Joe is old.");
        }
        model.embed("Joe is old."); // still open
        var own = TesseraeEmbeddingModel.of(CHECKPOINT);
        own.close();
        assertThrows(IllegalStateException.class, () -> own.embed("Joe is old."));
    }

    private static EmbeddingRequest.Builder request(String text) {
        return EmbeddingRequest.builder().input(text);
    }

    private static List<TextSegment> segments(List<String> texts) {
        return texts.stream().map(TextSegment::from).toList();
    }
}
