package io.tesserae.cli.run;

import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.IOException;
import java.util.List;

/** A sentence encoder as a command wants it: with its options, and a warning of the texts that were cut. */
final class SentenceEmbedder implements AutoCloseable {

    private final TaskRun run;
    private final SentenceOptions sentences;
    private final BatchSizeOption batchSize;
    private final Engine engine;
    private final SentenceEmbeddingPipeline pipeline;
    private final TruncationWarning truncation;

    private SentenceEmbedder(
            TaskRun run,
            SentenceOptions sentences,
            BatchSizeOption batchSize,
            Engine engine,
            SentenceEmbeddingPipeline pipeline) {
        this.run = run;
        this.sentences = sentences;
        this.batchSize = batchSize;
        this.engine = engine;
        this.pipeline = pipeline;
        this.truncation = new TruncationWarning(run.console(), "text");
    }

    static SentenceEmbedder open(TaskRun run, SentenceOptions sentences, BatchSizeOption batchSize) throws IOException {
        sentences.prompt(run); // what is wrong with the command shows before the model is loaded
        ModelFiles model = run.modelOr(
                BundledModels::sentences,
                "lay the jar tesserae-minilm, which examples/minilm makes, beside those of the command line");
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            return open(run, sentences, batchSize, checkpoint);
        }
    }

    /** With a checkpoint that somebody has looked at: its config.json is not read again. */
    static SentenceEmbedder open(
            TaskRun run, SentenceOptions sentences, BatchSizeOption batchSize, Checkpoint checkpoint) {
        Engine engine = run.openEngine();
        try {
            SentenceEmbeddingPipeline pipeline = SentenceEmbeddingPipeline.TASK.open(checkpoint, engine);
            return new SentenceEmbedder(run, sentences, batchSize, engine, pipeline);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** The choices of the command line. */
    SentenceEmbeddingOptions options() {
        return options(sentences.prompt(run));
    }

    /** The choices of the command line, with another prompt. */
    SentenceEmbeddingOptions options(SentenceOptions.PromptChoice prompt) {
        SentenceEmbeddingOptions options = prompt.applyTo(SentenceEmbeddingOptions.DEFAULT)
                .withNormalize(sentences.normalize())
                .withBatchSize(batchSize.orDefault());
        return sentences.dimensions().isPresent()
                ? options.withDimensions(sentences.dimensions().getAsInt())
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

    /** How many numbers each vector has. */
    int dimensions() {
        return sentences.dimensions().orElse(pipeline.dimensions());
    }

    @Override
    public void close() {
        pipeline.close();
        engine.close();
        truncation.close();
    }
}
