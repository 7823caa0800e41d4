package io.tesserae.springai;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.sentence.RetrievalEmbedder;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * A sentence encoder as Spring AI's embedding model: in this process, in pure Java, with the vectors that
 * sentence-transformers makes of the same checkpoint.
 *
 * <pre>{@code
 * @Bean
 * EmbeddingModel embeddingModel() {
 *     return TesseraeEmbeddingModel.of(Path.of("/var/models/all-MiniLM-L6-v2")); // Spring closes it
 * }
 * }</pre>
 *
 * <p>Some encoders want questions and documents marked, each with a prompt of its own. Vector stores embed the documents that
 * they are given as {@link Document}s, and what they are asked as one text; so the former get the prompt that the
 * checkpoint names {@code document}, and single texts the one that it names {@code query}. Lists of texts get the
 * checkpoint's default, which is usually none. For checkpoints that leave their prompts to be read in a model card there are
 * {@link #withQueryPrompt} and {@link #withDocumentPrompt}.
 *
 * <p>A text that is longer than the model takes is cut. Of a document its text counts, not its metadata. Immutable and
 * thread-safe.
 */
public final class TesseraeEmbeddingModel implements EmbeddingModel, AutoCloseable {

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

    /** The same model under another name: what responses say. */
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
     * The embeddings of texts of no particular kind, in their order.
     *
     * @throws IllegalArgumentException if the request's options name another model, or more dimensions than this one has
     */
    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        SentenceEmbeddingOptions options = options(embedder.options(), request.getOptions());
        List<Embedding> embeddings = new ArrayList<>();
        int tokens = 0;
        for (SentenceEmbedding embedding : embedder.pipeline().embedAndCount(request.getInstructions(), options)) {
            embeddings.add(new Embedding(embedding.vector(), embeddings.size()));
            tokens += embedding.tokens();
        }
        return new EmbeddingResponse(
                embeddings, new EmbeddingResponseMetadata(modelName(), new DefaultUsage(tokens, 0)));
    }

    /** The embedding of one text, which is taken for a question. */
    @Override
    public float[] embed(String text) {
        return embedder.pipeline().embed(text, embedder.queryOptions());
    }

    /** The embedding of a document. */
    @Override
    public float[] embed(Document document) {
        return embedder.pipeline().embed(text(document), embedder.documentOptions());
    }

    /**
     * The embeddings of documents, in their order. The strategy is for models that take only so much in one request; it is
     * not asked, because this one takes any number and forms its own batches.
     *
     * @throws IllegalArgumentException as {@link #call}
     */
    @Override
    public List<float[]> embed(List<Document> documents, EmbeddingOptions options, BatchingStrategy batchingStrategy) {
        List<String> texts = documents.stream().map(this::text).toList();
        return embedder.pipeline().embed(texts, options(embedder.documentOptions(), options));
    }

    private String text(Document document) {
        String text = getEmbeddingContent(document);
        if (text == null) {
            throw new IllegalArgumentException(
                    "the document " + document.getId() + " has no text; a sentence encoder embeds nothing else");
        }
        return text;
    }

    /**
     * Options with what a request asks for.
     *
     * @param request null where nobody asks for anything
     */
    private SentenceEmbeddingOptions options(SentenceEmbeddingOptions options, EmbeddingOptions request) {
        if (request == null) {
            return options;
        }
        if (request.getModel() != null && !request.getModel().equals(modelName())) {
            throw new IllegalArgumentException("the options ask for the model \"" + request.getModel()
                    + "\", but this is \"" + modelName() + "\"");
        }
        return request.getDimensions() == null ? options : options.withDimensions(request.getDimensions());
    }

    @Override
    public int dimensions() {
        return embedder.pipeline().dimensions();
    }

    private String modelName() {
        return embedder.modelName().orElse(""); // as Spring AI has it where nobody says
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
