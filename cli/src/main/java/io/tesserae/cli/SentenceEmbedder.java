package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.IOException;
import java.util.List;

/** A sentence encoder as a command wants it: with its options, and a warning of the texts that were cut. */
final class SentenceEmbedder implements AutoCloseable {

    private final RunCommand command;
    private final Engine engine;
    private final SentenceEmbeddingPipeline pipeline;
    private final TruncationWarning truncation;

    private SentenceEmbedder(RunCommand command, Engine engine, SentenceEmbeddingPipeline pipeline) {
        this.command = command;
        this.engine = engine;
        this.pipeline = pipeline;
        this.truncation = new TruncationWarning(command.console(), "text");
    }

    static SentenceEmbedder open(RunCommand command) throws IOException {
        // What is wrong with the command shows before the model is loaded.
        command.sentences().prompt(command);
        command.sentences().corpusPrompt(command);
        Engine engine = command.openEngine();
        try {
            return new SentenceEmbedder(command, engine, Pipelines.sentenceEmbedding(command.requireModel(), engine));
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** The choices of the command line: those of queries, where there is a corpus too. */
    SentenceEmbeddingOptions options() {
        return options(command.sentences().prompt(command));
    }

    /** Likewise with another prompt. */
    SentenceEmbeddingOptions options(PromptChoice prompt) {
        SentenceEmbeddingOptions options = prompt.applyTo(SentenceEmbeddingOptions.DEFAULT)
                .withNormalize(command.sentences().normalize())
                .withBatchSize(command.batchSize().orElse(0));
        return command.sentences().dimensions().isPresent()
                ? options.withDimensions(command.sentences().dimensions().getAsInt())
                : options;
    }

    /** The vectors of texts, in their order. */
    List<float[]> embed(List<String> batch, SentenceEmbeddingOptions options) {
        List<SentenceEmbedding> embeddings = pipeline.embedAndCount(batch, options);
        embeddings.forEach(embedding -> truncation.count(embedding.truncatedTokens()));
        return embeddings.stream().map(SentenceEmbedding::vector).toList();
    }

    SentenceEmbeddingPipeline pipeline() {
        return pipeline;
    }

    @Override
    public void close() {
        pipeline.close();
        engine.close();
        truncation.close();
    }
}
