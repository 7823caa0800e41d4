package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be embedded is refused, and the message says what was wrong. */
class SentenceEmbeddingErrorsTest {

    private static final Path FIXTURE = SentenceEncoderFolder.FIXTURE;
    private static final SentenceEmbeddingOptions OPTIONS = SentenceEmbeddingOptions.DEFAULT;

    @TempDir
    Path folder;

    @Test
    void choicesOutOfRangeAreRefused() {
        assertRefused(() -> OPTIONS.withDimensions(0), "dimensions: expected 1 or more, found 0");
        assertRefused(() -> OPTIONS.withBatchSize(-1), "batchSize: expected 0 or more, found -1");
        assertRefused(
                () -> new SentenceEmbeddingOptions(
                        OPTIONS.withPromptName("a").promptName(),
                        OPTIONS.withPrompt("b").prompt(),
                        OPTIONS.dimensions(),
                        false,
                        0),
                "found both: the name \"a\" and the prompt \"b\"");
        assertEquals(OPTIONS.withPrompt("b"), OPTIONS.withPromptName("a").withPrompt("b"));
        assertEquals(OPTIONS.withPromptName("a"), OPTIONS.withPrompt("b").withPromptName("a"));
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(FIXTURE)) {
            List<String> texts = List.of("x");
            assertRefused(
                    () -> pipeline.embed(texts, OPTIONS.withPromptName("passage")),
                    "the model has no prompt \"passage\"; it has document, query");
            assertRefused(
                    () -> pipeline.embed(texts, OPTIONS.withDimensions(25)),
                    "the model makes embeddings of 24 numbers, and 25 were asked for");
            assertRefused(
                    () -> pipeline.embed(texts.stream(), OPTIONS.withDimensions(25)),
                    "the model makes embeddings of 24 numbers, and 25 were asked for");
            assertRefused(() -> pipeline.similarity(new float[24], new float[23]), "24 and 23 numbers");
            assertThrows(IllegalArgumentException.class, () -> pipeline.embed((String) null));
        }
    }

    private static void assertRefused(Executable call, String part) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void aClosedPipelineSaysThatItIsClosed() {
        SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(FIXTURE);
        pipeline.embed("open");
        pipeline.close();
        String message = assertThrows(IllegalStateException.class, () -> pipeline.embed("closed"))
                .getMessage();
        assertTrue(message.contains("is closed"), message);
    }

    @Test
    void theTokenizerOfAnotherModelIsRefused() throws IOException {
        SentenceEncoderFolder.copyTo(folder)
                .with("vocab.txt", Files.readString(FIXTURE.resolve("vocab.txt")) + "\nonemoreword\n");
        Files.delete(folder.resolve("tokenizer.json"));
        var error = assertThrows(ModelLoadingException.class, () -> Pipelines.sentenceEmbedding(folder));
        assertTrue(error.getMessage().contains("vocab_size is 818"), error.getMessage());
    }

    /** A prompt that is as long as the model takes leaves the closing token alone, which is what the reference pools too. */
    @Test
    void aPromptThatFillsTheModelLeavesTheClosingToken() throws IOException {
        SentenceEncoderFolder.copyTo(folder)
                .with("1_Pooling/config.json", "{\"embedding_dimension\": 24, \"include_prompt\": false}");
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(folder)) {
            float[] embedding = pipeline.embed(List.of("x"), OPTIONS.withPrompt("the ".repeat(100)))
                    .getFirst();
            assertEquals(1f, pipeline.similarity(embedding, embedding), 1e-6f);
        }
    }

    /** Without special tokens an empty text has no tokens, and there is nothing to make a vector of. */
    @Test
    void nothingToPoolIsRefused() throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(FIXTURE.resolve("tokenizer.json")))
                .getAsJsonObject();
        assertTrue(json.remove("post_processor").isJsonObject());
        SentenceEncoderFolder.copyTo(folder)
                .with("tokenizer.json", json.toString())
                .with("tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(folder)) {
            assertEquals(24, pipeline.embed("the").length);
            assertRefused(() -> pipeline.embed(List.of("the", "")), "sequence 1 has 0 tokens");
        }
    }

    /** As many texts as one batch holds are read ahead; and an interrupted thread gets no further. */
    @Test
    void aStreamIsReadAsItIsAskedFor() {
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(FIXTURE)) {
            Iterator<float[]> embeddings = pipeline.embed(
                            Stream.generate(() -> "one of many"), OPTIONS.withBatchSize(3))
                    .iterator();
            float[] first = embeddings.next();
            for (int i = 0; i < 10; i++) {
                assertTrue(Arrays.equals(first, embeddings.next()));
            }
            Thread.currentThread().interrupt();
            assertThrows(CancellationException.class, () -> {
                while (true) {
                    embeddings.next();
                }
            });
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void anEngineOfOnesOwnGivesTheSameBits() {
        List<String> texts = List.of("The actors were very convincing.", "", "the ".repeat(90));
        try (Engine engine = Engine.builder()
                        .threads(1)
                        .kernels(io.tesserae.kernel.Kernels.scalar())
                        .build();
                SentenceEmbeddingPipeline own = Pipelines.sentenceEmbedding(ModelFiles.directory(FIXTURE), engine);
                SentenceEmbeddingPipeline shared = Pipelines.sentenceEmbedding(FIXTURE)) {
            List<float[]> expected = shared.embed(texts);
            List<float[]> found = own.embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertTrue(Arrays.equals(expected.get(i), found.get(i)), texts.get(i));
            }
        }
    }
}
