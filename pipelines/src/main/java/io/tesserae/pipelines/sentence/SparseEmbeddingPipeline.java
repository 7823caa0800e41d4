package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.sentence.SparseTransformer;
import io.tesserae.loaders.sentence.SparseTransformerConfig;
import io.tesserae.model.SparseVector;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
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
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Text in, words and their weights out: {@code SparseEncoder.encode} of sentence-transformers. The words are those of the text and
 * others that would fit; so an inverted index, which matches words, finds texts that say the same with other words.
 *
 * <p>A text that is longer than the model takes is cut, as that library does it. Immutable and thread-safe: load it once, call it from
 * any number of threads.
 */
public final class SparseEmbeddingPipeline implements Pipeline<String, SparseEmbeddingOptions, SparseEmbedding> {

    /** The task {@code sparse-embedding}. */
    public static final PipelineTask<SparseEmbeddingPipeline> TASK = new PipelineTask<>(
            SparseEmbeddingPipeline.class, List.of("sparse-embedding"), SparseEmbeddingPipeline::load);

    private final FittingTokenizer tokenizer;
    private final SparseTransformer model;
    private final String description;
    private final Calls calls;

    private static SparseEmbeddingPipeline load(Checkpoint checkpoint, Engine engine) {
        var model = SparseTransformer.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new SparseEmbeddingPipeline(model, checkpoint.files().describe("config.json"), engine));
    }

    private SparseEmbeddingPipeline(SparseTransformer model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(model.tokenizer(), model.encoder().backbone(), where);
        this.model = model;
        this.description = Descriptions.of(TASK, model.encoderConfig(), engine);
        this.calls = Calls.UNHEARD;
    }

    private SparseEmbeddingPipeline(SparseEmbeddingPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The sparse vector of a text. */
    public SparseVector embed(String text) {
        return answer(text).vector();
    }

    /** The sparse vectors of texts, in their order. */
    public List<SparseVector> embed(List<String> texts) {
        return embed(texts, SparseEmbeddingOptions.DEFAULT);
    }

    /**
     * The sparse vectors of texts, in their order.
     *
     * @throws IllegalArgumentException if the model has no prompt of the name that was given
     */
    public List<SparseVector> embed(List<String> texts, SparseEmbeddingOptions options) {
        return answer(texts, options).stream().map(SparseEmbedding::vector).toList();
    }

    @Override
    public List<SparseEmbedding> answer(List<? extends String> inputs, SparseEmbeddingOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Embedding(options));
    }

    @Override
    public Stream<SparseEmbedding> answer(Stream<? extends String> inputs, SparseEmbeddingOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Embedding(options));
    }

    @Override
    public SparseEmbeddingOptions defaultOptions() {
        return SparseEmbeddingOptions.DEFAULT;
    }

    /** A text is one sequence. */
    private final class Embedding implements Work.OnTexts<String, SparseVector, SparseEmbedding> {

        private final String prompt;
        private final OptionalInt topK;

        Embedding(SparseEmbeddingOptions options) {
            SparseTransformerConfig config = model.config();
            this.prompt = new Prompts(config.prompts(), config.defaultPromptName())
                    .chosen(options.prompt(), options.promptName());
            this.topK = options.topK();
        }

        @Override
        public List<Encoding> encode(String text) {
            EncodingOptions options = EncodingOptions.DEFAULT
                    .withTruncation(TruncationStrategy.LONGEST_FIRST)
                    .withMaxLength(maxLength());
            return List.of(tokenizer.encode(TextInput.of(prompt + text), options));
        }

        @Override
        public List<SparseVector> forward(List<Encoding> batch) {
            return model.encoder().forward(tokenizer.batch(batch));
        }

        @Override
        public SparseEmbedding answer(String text, List<Encoding> sequences, List<SparseVector> vectors) {
            SparseVector vector = vectors.getFirst();
            Encoding sequence = sequences.getFirst();
            return new SparseEmbedding(
                    topK.isPresent() ? greatest(vector, topK.getAsInt()) : vector,
                    sequence.size(),
                    sequence.truncatedTokens());
        }
    }

    /** The words with the greatest weights; of equal ones, those with the smaller ids. */
    private static SparseVector greatest(SparseVector vector, int count) {
        if (vector.size() <= count) {
            return vector;
        }
        int[] kept = IntStream.range(0, vector.size())
                .boxed()
                .sorted(Comparator.comparing(i -> -vector.weights()[i]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = vector.weights()[kept[i]];
        }
        return new SparseVector(IntStream.of(kept).map(i -> vector.ids()[i]).toArray(), weights);
    }

    /** How well two texts fit: the dot product of their vectors. */
    public float similarity(SparseVector a, SparseVector b) {
        return Arguments.require(a, "a").dot(Arguments.require(b, "b"));
    }

    /** The longest encoding of a text, in tokens, special tokens included; what is longer is cut. */
    public int maxLength() {
        return model.maxLength();
    }

    /** The tokenizer, which knows the words of the ids. */
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    /** The model. */
    public SparseTransformer model() {
        return model;
    }

    @Override
    public SparseEmbeddingPipeline withListener(PipelineListener listener) {
        return new SparseEmbeddingPipeline(this, Calls.heardBy(listener));
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
