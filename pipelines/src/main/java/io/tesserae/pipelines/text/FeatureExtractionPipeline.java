package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModel;
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
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A text in, its hidden states out: transformers' {@code FeatureExtractionPipeline}. Every token has a vector of its own.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class FeatureExtractionPipeline implements Pipeline<String, FeatureExtractionOptions, TextFeatures> {

    /** The task {@code feature-extraction}. */
    public static final PipelineTask<FeatureExtractionPipeline> TASK = new PipelineTask<>(
            FeatureExtractionPipeline.class, List.of("feature-extraction"), FeatureExtractionPipeline::load);

    private final FittingTokenizer tokenizer;
    private final AutoModel model;
    private final String description;
    private final Calls calls;

    private static FeatureExtractionPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModel.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new FeatureExtractionPipeline(
                        tokenizer, model, checkpoint.files().describe("config.json"), engine));
    }

    private FeatureExtractionPipeline(Tokenizer tokenizer, AutoModel model, String where, Engine engine) {
        this.tokenizer =
                FittingTokenizer.of(tokenizer, model.encoder(), where).truncatedBy(FeatureExtractionOptions.class);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
    }

    private FeatureExtractionPipeline(FeatureExtractionPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The last hidden states of a text, {@code [tokens, hidden]}; a text that is too long for the model is refused. */
    public Tensor extract(String text) {
        return extract(text, FeatureExtractionOptions.DEFAULT).hiddenStates();
    }

    /** The last hidden states of each text, {@code [tokens, hidden]}, in their order. */
    public List<Tensor> extract(List<String> texts) {
        return extract(texts, FeatureExtractionOptions.DEFAULT).stream()
                .map(TextFeatures::hiddenStates)
                .toList();
    }

    /** The last hidden states of one text. */
    public TextFeatures extract(String text, FeatureExtractionOptions options) {
        return answer(text, options);
    }

    /**
     * The last hidden states of texts, in their order.
     *
     * @throws IllegalArgumentException if a text is too long for the model, and is not to be truncated
     */
    public List<TextFeatures> extract(List<String> texts, FeatureExtractionOptions options) {
        return answer(texts, options);
    }

    /**
     * The last hidden states of any number of texts, in their order: as many are read at a time as one batch holds, and
     * answers come as they are asked for.
     *
     * @return a stream that throws IllegalArgumentException at a text that is too long, after the answers before it, and
     *     {@link java.util.concurrent.CancellationException} where its thread is interrupted
     */
    public Stream<TextFeatures> extract(Stream<String> texts, FeatureExtractionOptions options) {
        return answer(texts, options);
    }

    @Override
    public List<TextFeatures> answer(List<? extends String> inputs, FeatureExtractionOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Extracting(options));
    }

    @Override
    public Stream<TextFeatures> answer(Stream<? extends String> inputs, FeatureExtractionOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Extracting(options));
    }

    @Override
    public FeatureExtractionOptions defaultOptions() {
        return FeatureExtractionOptions.DEFAULT;
    }

    /** A text is one sequence, and its rows of the hidden states are the answer. */
    private final class Extracting implements Work.OnTexts<String, Tensor, TextFeatures> {

        private final FeatureExtractionOptions options;

        Extracting(FeatureExtractionOptions options) {
            this.options = options;
        }

        @Override
        public List<Encoding> encode(String text) {
            return List.of(tokenizer.encode(TextInput.of(text), options.truncation()));
        }

        @Override
        public List<Tensor> forward(List<Encoding> batch) {
            Tensor hiddenStates = model.forward(tokenizer.batch(batch)).lastHiddenState(); // [tokens, hidden]
            List<Tensor> texts = new ArrayList<>(batch.size());
            int begin = 0;
            for (Encoding sequence : batch) {
                texts.add(Rows.copy(hiddenStates, begin, begin + sequence.size()));
                begin += sequence.size();
            }
            return texts;
        }

        @Override
        public TextFeatures answer(String text, List<Encoding> sequences, List<Tensor> hiddenStates) {
            return new TextFeatures(
                    hiddenStates.getFirst(), sequences.getFirst().truncatedTokens());
        }
    }

    /** The longest encoding that the tokenizer and the model agree on, in tokens, special tokens included. */
    public int maxLength() {
        return tokenizer.maxLength();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModel model() {
        return model;
    }

    @Override
    public FeatureExtractionPipeline withListener(PipelineListener listener) {
        return new FeatureExtractionPipeline(this, Calls.heardBy(listener));
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
