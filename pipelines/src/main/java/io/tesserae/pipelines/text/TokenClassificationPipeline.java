package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.loaders.Checkpoint;
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
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text in, its names and their kinds out: transformers' {@code TokenClassificationPipeline}, also known as named entity
 * recognition.
 *
 * <p>A text that is longer than the model takes is cut, unless there is a {@linkplain
 * TokenClassificationOptions#withStride stride}. Immutable and thread-safe: load it once, call it from any number of
 * threads.
 */
public final class TokenClassificationPipeline
        implements Pipeline<String, TokenClassificationOptions, TokenClassification> {

    /** The task {@code token-classification} or {@code ner}. */
    public static final PipelineTask<TokenClassificationPipeline> TASK = new PipelineTask<>(
            TokenClassificationPipeline.class,
            List.of("token-classification", "ner"),
            TokenClassificationPipeline::load);

    private final FittingTokenizer tokenizer;
    private final AutoModelForTokenClassification model;
    private final String description;
    private final Calls calls;

    private static TokenClassificationPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForTokenClassification.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new TokenClassificationPipeline(
                        tokenizer, model, checkpoint.files().describe("config.json"), engine));
    }

    private TokenClassificationPipeline(
            Tokenizer tokenizer, AutoModelForTokenClassification model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.classifier().encoder(), where);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
    }

    private TokenClassificationPipeline(TokenClassificationPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The tokens of a text that have a label other than {@code O}. */
    public List<Entity> classify(String text) {
        return classify(text, TokenClassificationOptions.DEFAULT).entities();
    }

    /** The tokens or the entities of one text. */
    public TokenClassification classify(String text, TokenClassificationOptions options) {
        return answer(text, options);
    }

    /**
     * The tokens or the entities of each text, in their order.
     *
     * @throws IllegalArgumentException if there is a stride without an aggregation, or one that leaves no room to advance
     */
    public List<TokenClassification> classify(List<String> texts, TokenClassificationOptions options) {
        return answer(texts, options);
    }

    /**
     * The tokens or the entities of any number of texts, in their order: as many are read at a time as one batch holds, and
     * answers come as they are asked for.
     *
     * @return a stream that throws {@link java.util.concurrent.CancellationException} where its thread is interrupted
     * @throws IllegalArgumentException as {@link #classify(List, TokenClassificationOptions)}
     */
    public Stream<TokenClassification> classify(Stream<String> texts, TokenClassificationOptions options) {
        return answer(texts, options);
    }

    @Override
    public List<TokenClassification> answer(List<? extends String> inputs, TokenClassificationOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    @Override
    public Stream<TokenClassification> answer(Stream<? extends String> inputs, TokenClassificationOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    @Override
    public TokenClassificationOptions defaultOptions() {
        return TokenClassificationOptions.DEFAULT;
    }

    /** A text is one sequence, or several windows; of each the model says how likely each label is at each token. */
    private final class Classifying implements Work.OnTexts<String, List<float[]>, TokenClassification> {

        private final TokenClassificationOptions options;
        private final EncodingOptions encoding;
        private final EntityGrouping grouping;

        Classifying(TokenClassificationOptions options) {
            this.options = options;
            this.encoding = encodingOptions(options);
            this.grouping =
                    new EntityGrouping(tokenizer.tokenizer(), model.config().labels(), options.aggregation());
        }

        @Override
        public List<Encoding> encode(String text) {
            Encoding first = tokenizer.encode(TextInput.of(text), encoding);
            List<Encoding> windows = new ArrayList<>(List.of(first));
            windows.addAll(first.overflow());
            return windows;
        }

        @Override
        public List<List<float[]>> forward(List<Encoding> batch) {
            Tensor scores = model.forward(tokenizer.batch(batch)).logits(); // [tokens, labels]
            Kernels kernels = model.engine().machine().kernels();
            int labels = scores.dimension(1);
            for (int token = 0; token < scores.dimension(0); token++) {
                kernels.softmax(scores.data(), token * labels, labels);
            }
            List<List<float[]>> rows = new ArrayList<>(batch.size());
            int begin = 0;
            for (Encoding sequence : batch) {
                rows.add(Rows.of(scores, begin, begin + sequence.size()));
                begin += sequence.size();
            }
            return rows;
        }

        @Override
        public TokenClassification answer(String text, List<Encoding> windows, List<List<float[]>> scores) {
            List<Entity> entities = new ArrayList<>();
            for (int window = 0; window < windows.size(); window++) {
                grouping.entities(text, windows.get(window), scores.get(window)).stream()
                        .filter(entity -> !options.ignoreLabels().contains(entity.label()))
                        .forEach(entities::add);
            }
            return new TokenClassification(
                    windows.size() > 1 ? EntityGrouping.withoutOverlaps(entities) : entities,
                    options.stride().isPresent() ? 0 : windows.getFirst().truncatedTokens());
        }
    }

    private EncodingOptions encodingOptions(TokenClassificationOptions options) {
        EncodingOptions truncating = tokenizer.truncating(TruncationStrategy.LONGEST_FIRST);
        if (options.stride().isEmpty()) {
            return truncating;
        }
        int stride = options.stride().getAsInt();
        if (options.aggregation() == AggregationStrategy.NONE) {
            throw new IllegalArgumentException("a stride of " + stride
                    + " needs an aggregation other than NONE: windows overlap, and tokens would be answered twice");
        }
        int window = maxLength() - tokenizer.tokenizer().specialTokensAround(false);
        if (stride >= window) {
            throw new IllegalArgumentException("a stride of " + stride + " tokens is too large for windows of " + window
                    + " tokens besides the special ones; expected less than " + window);
        }
        return truncating.withOverflow(stride);
    }

    /** The longest window that the tokenizer and the model agree on, in tokens, special tokens included. */
    public int maxLength() {
        return tokenizer.maxLength();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModelForTokenClassification model() {
        return model;
    }

    @Override
    public TokenClassificationPipeline withListener(PipelineListener listener) {
        return new TokenClassificationPipeline(this, Calls.heardBy(listener));
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
