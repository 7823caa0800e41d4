package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Precision;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A sentence encoder for retrieval: questions and documents get a prompt each, where the model wants them marked. What adapters to
 * other frameworks have in common.
 *
 * <p>Prompts that are not given are those that the checkpoint names {@code query} and {@code document}. Immutable and
 * thread-safe.
 */
public final class RetrievalEmbedder implements AutoCloseable {

    private final SentenceEmbeddingPipeline pipeline;
    private final Runnable closing;
    private final Optional<String> modelName;
    private final SentenceEmbeddingOptions options;
    private final String queryPrompt;
    private final String documentPrompt;

    private RetrievalEmbedder(
            SentenceEmbeddingPipeline pipeline,
            Runnable closing,
            Optional<String> modelName,
            SentenceEmbeddingOptions options,
            String queryPrompt,
            String documentPrompt) {
        this.pipeline = pipeline;
        this.closing = closing;
        this.modelName = modelName;
        this.options = options;
        this.queryPrompt = Arguments.require(queryPrompt, "queryPrompt");
        this.documentPrompt = Arguments.require(documentPrompt, "documentPrompt");
    }

    /** With a pipeline of one's own, which {@link #close} leaves open, and its checkpoint's prompts. */
    public static RetrievalEmbedder of(SentenceEmbeddingPipeline pipeline) {
        Arguments.require(pipeline, "pipeline");
        return new Builder<>(Function.identity()).build(pipeline, () -> {});
    }

    /** Begins an embedder with choices of its own. */
    public static Builder<RetrievalEmbedder> builder() {
        return new Builder<>(Function.identity());
    }

    /**
     * Begins what an adapter makes of an embedder.
     *
     * @param adapter makes it
     */
    public static <M> Builder<M> builder(Function<RetrievalEmbedder, M> adapter) {
        return new Builder<>(Arguments.require(adapter, "adapter"));
    }

    /**
     * The choices there are.
     *
     * @param <M> what is built
     */
    public static final class Builder<M> {

        private final Function<RetrievalEmbedder, M> adapter;
        private final EngineChoice engine = new EngineChoice();
        private Optional<String> modelName = Optional.empty();
        private Optional<String> queryPrompt = Optional.empty();
        private Optional<String> documentPrompt = Optional.empty();
        private Optional<PipelineListener> listener = Optional.empty();
        private int batchSize;

        private Builder(Function<RetrievalEmbedder, M> adapter) {
            this.adapter = adapter;
        }

        /** What responses call the model; without it, the name of the checkpoint's folder. */
        public Builder<M> modelName(String name) {
            modelName = Optional.of(Arguments.require(name, "name"));
            return this;
        }

        /** The prompt before questions, as {@code "query: "}; the empty one is none. */
        public Builder<M> queryPrompt(String prompt) {
            queryPrompt = Optional.of(Arguments.require(prompt, "prompt"));
            return this;
        }

        /** The prompt before documents, as {@code "passage: "}; the empty one is none. */
        public Builder<M> documentPrompt(String prompt) {
            documentPrompt = Optional.of(Arguments.require(prompt, "prompt"));
            return this;
        }

        /** An engine that is there already, and stays when the model is closed; by default the one that all share. */
        public Builder<M> engine(Engine given) {
            engine.engine(given);
            return this;
        }

        /** Is told how long the model's work takes. */
        public Builder<M> listener(PipelineListener listener) {
            this.listener = Optional.of(Arguments.require(listener, "listener"));
            return this;
        }

        /** How many threads share the work of a call: {@link Engine.Builder#threads}. */
        public Builder<M> threads(int threads) {
            engine.threads(threads);
            return this;
        }

        /** What weights are rounded to when they are loaded: {@link Engine.Builder#weightPrecision}. */
        public Builder<M> weightPrecision(Precision precision) {
            engine.weightPrecision(precision);
            return this;
        }

        /** How many texts go through the model together; 0, the default, leaves it to the pipeline. */
        public Builder<M> batchSize(int texts) {
            batchSize = SentenceEmbeddingOptions.DEFAULT.withBatchSize(texts).batchSize();
            return this;
        }

        /**
         * With the checkpoint in a folder, after which the model is called if no name is given.
         *
         * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
         */
        public M load(Path directory) {
            ModelFiles files = ModelFiles.directory(directory);
            modelName = modelName.or(() -> Optional.ofNullable(
                            directory.toAbsolutePath().normalize().getFileName())
                    .map(Path::toString));
            return load(files);
        }

        /**
         * With a checkpoint that lies elsewhere, as in the hub's cache.
         *
         * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
         */
        public M load(ModelFiles files) {
            PipelineTask<SentenceEmbeddingPipeline> task = SentenceEmbeddingPipeline.TASK;
            EngineChoice.Opened<SentenceEmbeddingPipeline> opened = engine.open(task, files);
            SentenceEmbeddingPipeline pipeline =
                    listener.map(opened.pipeline()::withListener).orElse(opened.pipeline());
            return adapter.apply(build(pipeline, opened::close));
        }

        private RetrievalEmbedder build(SentenceEmbeddingPipeline pipeline, Runnable closing) {
            Map<String, String> prompts = pipeline.model().config().prompts();
            return new RetrievalEmbedder(
                    pipeline,
                    closing,
                    modelName,
                    SentenceEmbeddingOptions.DEFAULT.withBatchSize(batchSize),
                    queryPrompt.orElseGet(() -> prompts.get("query")),
                    documentPrompt.orElseGet(() -> prompts.get("document")));
        }
    }

    /** The same with another name for the model. */
    public RetrievalEmbedder withModelName(String name) {
        Optional<String> given = Optional.of(Arguments.require(name, "name"));
        return new RetrievalEmbedder(pipeline, closing, given, options, queryPrompt, documentPrompt);
    }

    /** The same with this prompt before questions; the empty one is none. */
    public RetrievalEmbedder withQueryPrompt(String prompt) {
        return new RetrievalEmbedder(pipeline, closing, modelName, options, prompt, documentPrompt);
    }

    /** The same with this prompt before documents; the empty one is none. */
    public RetrievalEmbedder withDocumentPrompt(String prompt) {
        return new RetrievalEmbedder(pipeline, closing, modelName, options, queryPrompt, prompt);
    }

    /** What embeds. */
    public SentenceEmbeddingPipeline pipeline() {
        return pipeline;
    }

    /** What the model is called; empty if no name was given, and it came from no folder. */
    public Optional<String> modelName() {
        return modelName;
    }

    /** Options for texts of no particular kind: they get the checkpoint's default prompt, which is usually none. */
    public SentenceEmbeddingOptions options() {
        return options;
    }

    /** Options for questions. */
    public SentenceEmbeddingOptions queryOptions() {
        return options.withPrompt(queryPrompt);
    }

    /** Options for documents. */
    public SentenceEmbeddingOptions documentOptions() {
        return options.withPrompt(documentPrompt);
    }

    /** The pipeline's description. */
    @Override
    public String toString() {
        return pipeline.description();
    }

    /** Lets go of the checkpoint's files and of threads of its own, unless they are another's pipeline's. */
    @Override
    public void close() {
        closing.run();
    }
}
