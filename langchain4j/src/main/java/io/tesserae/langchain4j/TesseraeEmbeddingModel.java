package io.tesserae.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.sentence.RetrievalEmbedder;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A sentence encoder as LangChain4j's embedding model: in this process, in pure Java, with the vectors that
 * sentence-transformers makes of the same checkpoint.
 *
 * <pre>{@code
 * try (var model = TesseraeEmbeddingModel.of(Path.of("all-MiniLM-L6-v2"))) {
 *     Embedding embedding = model.embed("The actors were very convincing.").content();
 * }
 * }</pre>
 *
 * <p>Some encoders want questions and documents marked, each with a prompt of its own. Requests that say which of the two
 * they are, as those of {@code EmbeddingStoreContentRetriever} with {@code embeddingInputType(QUERY)}, get the prompt that
 * the checkpoint names {@code query} or {@code document}; for checkpoints that leave theirs to be read in a model card
 * there are {@link #withQueryPrompt} and {@link #withDocumentPrompt}. Requests that do not say get the checkpoint's default,
 * which is usually none.
 *
 * <p>A text that is longer than the model takes is cut. Immutable and thread-safe.
 */
public final class TesseraeEmbeddingModel implements EmbeddingModel, AutoCloseable {

    private static final Set<EmbeddingParameter<?>> SUPPORTED =
            Set.of(EmbeddingRequestParameters.INPUT_TYPE, EmbeddingRequestParameters.DIMENSIONS);

    private final RetrievalEmbedder embedder;

    private TesseraeEmbeddingModel(RetrievalEmbedder embedder) {
        this.embedder = embedder;
    }

    /**
     * With the checkpoint in a folder, after which the model is called.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TesseraeEmbeddingModel of(Path directory) {
        return builder().load(directory);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TesseraeEmbeddingModel of(ModelFiles files) {
        return builder().load(files);
    }

    /** With a pipeline of one's own, which {@link #close} leaves open. */
    public static TesseraeEmbeddingModel of(SentenceEmbeddingPipeline pipeline) {
        return new TesseraeEmbeddingModel(RetrievalEmbedder.of(pipeline));
    }

    /**
     * Begins a model with choices of its own: threads, precision, batch size, prompts, a name. Its {@code load} ends them:
     *
     * <pre>{@code
     * var model = TesseraeEmbeddingModel.builder().threads(4).load(Path.of("all-MiniLM-L6-v2"));
     * }</pre>
     */
    public static RetrievalEmbedder.Builder<TesseraeEmbeddingModel> builder() {
        return RetrievalEmbedder.builder(TesseraeEmbeddingModel::new);
    }

    /** The same model under another name: what {@link #modelName} and responses say. */
    public TesseraeEmbeddingModel withModelName(String name) {
        return new TesseraeEmbeddingModel(embedder.withModelName(name));
    }

    /** The same model with this prompt before questions, as {@code "query: "}; the empty one is none. */
    public TesseraeEmbeddingModel withQueryPrompt(String prompt) {
        return new TesseraeEmbeddingModel(embedder.withQueryPrompt(prompt));
    }

    /** The same model with this prompt before documents, as {@code "passage: "}; the empty one is none. */
    public TesseraeEmbeddingModel withDocumentPrompt(String prompt) {
        return new TesseraeEmbeddingModel(embedder.withDocumentPrompt(prompt));
    }

    /**
     * What every way to embed comes down to.
     *
     * @throws IllegalArgumentException if more dimensions are asked for than the model has
     */
    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        List<String> texts = request.inputs().stream().map(EmbeddingInput::text).toList();
        SentenceEmbeddingOptions options = options(request.inputType());
        if (request.dimensions() != null) {
            options = options.withDimensions(request.dimensions());
        }
        List<SentenceEmbedding> embeddings = embedder.pipeline().embedAndCount(texts, options);
        int tokens = embeddings.stream().mapToInt(SentenceEmbedding::tokens).sum();
        return EmbeddingResponse.builder()
                .embeddings(embeddings.stream()
                        .map(SentenceEmbedding::vector)
                        .map(Embedding::from)
                        .toList())
                .metadata(EmbeddingResponseMetadata.builder()
                        .modelName(modelName())
                        .tokenUsage(new TokenUsage(tokens))
                        .build())
                .build();
    }

    /** Where nobody says what a text is, the checkpoint's default prompt is put before it. */
    private SentenceEmbeddingOptions options(EmbeddingInputType inputType) {
        return switch (inputType) {
            case QUERY -> embedder.queryOptions();
            case DOCUMENT -> embedder.documentOptions();
            case null -> embedder.options();
        };
    }

    /** {@code inputType}, and {@code dimensions} for models that were trained to be cut (Matryoshka embeddings). */
    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return SUPPORTED;
    }

    @Override
    public int dimension() {
        return embedder.pipeline().dimensions();
    }

    /** The name of the checkpoint's folder, or what {@link #withModelName} said; otherwise {@code unknown}. */
    @Override
    public String modelName() {
        return embedder.modelName().orElse("unknown"); // LangChain4j's word for it
    }

    /** What it is: task, model, threads. */
    @Override
    public String toString() {
        return embedder.toString();
    }

    /** Lets go of the checkpoint's files, unless they are another's pipeline's; calls that come later fail. */
    @Override
    public void close() {
        embedder.close();
    }
}
