package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.loaders.sentence.SentenceTransformerConfig;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text in, a vector out: {@code SentenceTransformer.encode} of sentence-transformers. Texts of like meaning have like
 * vectors; {@link #similarity} says how like.
 *
 * <p>A text that is longer than the model takes is cut, as that library does it; who wants to know asks {@link
 * #embedAndCount}. Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class SentenceEmbeddingPipeline implements Pipeline<String, SentenceEmbeddingOptions, SentenceEmbedding> {

    /** The task {@code sentence-embedding}. */
    public static final PipelineTask<SentenceEmbeddingPipeline> TASK = new PipelineTask<>(
            SentenceEmbeddingPipeline.class, List.of("sentence-embedding"), SentenceEmbeddingPipeline::load);

    private final FittingTokenizer tokenizer;
    private final SentenceTransformer model;
    private final String description;
    private final Calls calls;

    private static SentenceEmbeddingPipeline load(Checkpoint checkpoint, Engine engine) {
        var model = SentenceTransformer.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new SentenceEmbeddingPipeline(model, checkpoint.files().describe("config.json"), engine));
    }

    private SentenceEmbeddingPipeline(SentenceTransformer model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(model.tokenizer(), model.encoder().encoder(), where);
        this.model = model;
        this.description = Descriptions.of(TASK, model.encoderConfig(), engine);
        this.calls = Calls.UNHEARD;
    }

    private SentenceEmbeddingPipeline(SentenceEmbeddingPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The embedding of a text, {@code [dimensions]}. */
    public float[] embed(String text) {
        return answer(text).vector();
    }

    /** The embedding of a text, with other choices: a prompt, say. */
    public float[] embed(String text, SentenceEmbeddingOptions options) {
        return answer(text, options).vector();
    }

    /** The embeddings of texts, in their order. */
    public List<float[]> embed(List<String> texts) {
        return embed(texts, SentenceEmbeddingOptions.DEFAULT);
    }

    /**
     * The embeddings of texts, in their order.
     *
     * @throws IllegalArgumentException if the model has no prompt of the name that was given, or fewer dimensions than are
     *     asked for
     */
    public List<float[]> embed(List<String> texts, SentenceEmbeddingOptions options) {
        return vectors(answer(texts, options).stream()).toList();
    }

    /** Likewise, with how many tokens of each text were read, and how many were cut off. */
    public List<SentenceEmbedding> embedAndCount(List<String> texts, SentenceEmbeddingOptions options) {
        return answer(texts, options);
    }

    /**
     * The embeddings of any number of texts, in their order: as many are read at a time as one batch holds, and embeddings
     * come as they are asked for.
     *
     * @return a stream that throws {@link java.util.concurrent.CancellationException} where its thread is interrupted
     * @throws IllegalArgumentException as {@link #embed(List, SentenceEmbeddingOptions)}
     */
    public Stream<float[]> embed(Stream<String> texts, SentenceEmbeddingOptions options) {
        return vectors(answer(texts, options));
    }

    @Override
    public List<SentenceEmbedding> answer(List<? extends String> inputs, SentenceEmbeddingOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Embedding(options));
    }

    @Override
    public Stream<SentenceEmbedding> answer(Stream<? extends String> inputs, SentenceEmbeddingOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Embedding(options));
    }

    @Override
    public SentenceEmbeddingOptions defaultOptions() {
        return SentenceEmbeddingOptions.DEFAULT;
    }

    private static Stream<float[]> vectors(Stream<SentenceEmbedding> embeddings) {
        return embeddings.map(SentenceEmbedding::vector);
    }

    /** A text is one sequence, and its vector is all that the model says. */
    private final class Embedding implements Work.OnTexts<String, float[], SentenceEmbedding> {

        private final String prompt;
        private final int promptTokens;
        private final int dimensions;
        private final boolean normalize;

        Embedding(SentenceEmbeddingOptions options) {
            this.prompt = new Prompts(config().prompts(), config().defaultPromptName())
                    .chosen(options.prompt(), options.promptName());
            this.promptTokens = config().includePrompt() || prompt.isEmpty() ? 0 : promptTokens(prompt);
            this.dimensions = options.dimensions().orElse(SentenceEmbeddingPipeline.this.dimensions());
            this.normalize = options.normalize();
            if (dimensions > model.encoder().dimensions()) {
                throw new IllegalArgumentException("dimensions: the model makes embeddings of "
                        + model.encoder().dimensions() + " numbers, and " + dimensions + " were asked for");
            }
        }

        @Override
        public List<Encoding> encode(String text) {
            return List.of(SentenceEmbeddingPipeline.this.encode(prompt + text));
        }

        @Override
        public List<float[]> forward(List<Encoding> batch) {
            return Rows.of(model.encoder().forward(tokenizer.batch(batch), promptTokens));
        }

        @Override
        public SentenceEmbedding answer(String text, List<Encoding> sequences, List<float[]> vectors) {
            float[] vector = vectors.getFirst();
            vector = vector.length == dimensions ? vector : Arrays.copyOf(vector, dimensions);
            if (normalize) {
                EmbeddingStep.Normalize.normalize(vector, 0, dimensions);
            }
            Encoding sequence = sequences.getFirst();
            return new SentenceEmbedding(vector, sequence.size(), sequence.truncatedTokens());
        }
    }

    private Encoding encode(String text) {
        EncodingOptions options = EncodingOptions.DEFAULT
                .withTruncation(TruncationStrategy.LONGEST_FIRST)
                .withMaxLength(maxLength());
        return tokenizer.encode(TextInput.of(text), options);
    }

    /** How many tokens a prompt takes at the beginning of a text; the special token at its own end is not there. */
    private int promptTokens(String prompt) {
        int[] ids = encode(prompt).inputIds();
        boolean closed = ids.length > 0 && model.tokenizer().isSpecialToken(ids[ids.length - 1]);
        return ids.length - (closed ? 1 : 0);
    }

    private SentenceTransformerConfig config() {
        return model.config();
    }

    /** How many numbers an embedding has, unless fewer are asked for. */
    public int dimensions() {
        return model.dimensions();
    }

    /** The longest encoding of a text, in tokens, special tokens included; what is longer is cut. */
    public int maxLength() {
        return model.maxLength();
    }

    /** How embeddings of this model are compared. */
    public SimilarityFunction similarityFunction() {
        return config().similarityFunction();
    }

    /**
     * How alike two embeddings are, as this model has it: the cosine of their angle, their dot product, or their distance,
     * which is negative, so that more is always more alike.
     *
     * @throws IllegalArgumentException if they are not of the same length
     */
    public float similarity(float[] a, float[] b) {
        return similarityFunction().similarity(a, b);
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    /** The model. */
    public SentenceTransformer model() {
        return model;
    }

    @Override
    public SentenceEmbeddingPipeline withListener(PipelineListener listener) {
        return new SentenceEmbeddingPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
