package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.Scores;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text in, labels and scores out: transformers' {@code TextClassificationPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextClassificationPipeline
        implements Pipeline<TextInput, TextClassificationOptions, TextClassification> {

    /** The task {@code text-classification} or {@code sentiment-analysis}. */
    public static final PipelineTask<TextClassificationPipeline> TASK = new PipelineTask<>(
            TextClassificationPipeline.class,
            List.of("text-classification", "sentiment-analysis"),
            TextClassificationPipeline::load);

    private final FittingTokenizer tokenizer;
    private final AutoModelForSequenceClassification model;
    private final String description;
    private final Calls calls;

    private static TextClassificationPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForSequenceClassification.fromPretrained(checkpoint, engine),
                (tokenizer, model) ->
                        fitting(tokenizer, model, checkpoint.files().describe("config.json")));
    }

    private static TextClassificationPipeline fitting(
            Tokenizer tokenizer, AutoModelForSequenceClassification model, String where) {
        return new TextClassificationPipeline(
                FittingTokenizer.of(tokenizer, model.classifier().backbone(), where)
                        .truncatedBy(TextClassificationOptions.class),
                model,
                Descriptions.of(TASK, model.config(), model.engine()),
                Calls.UNHEARD);
    }

    /**
     * A pipeline of a tokenizer and a model that are loaded already; it closes the model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static TextClassificationPipeline of(Tokenizer tokenizer, AutoModelForSequenceClassification model) {
        Arguments.require(tokenizer, "tokenizer");
        Arguments.require(model, "model");
        return fitting(tokenizer, model, model.config().toString());
    }

    private TextClassificationPipeline(
            FittingTokenizer tokenizer, AutoModelForSequenceClassification model, String description, Calls calls) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.description = description;
        this.calls = calls;
    }

    /** The best label of a text; a text that is too long for the model is refused. */
    public Classification classify(String text) {
        return classify(TextInput.of(text), TextClassificationOptions.DEFAULT).best();
    }

    /** The best label of a pair of texts, which the model judges together. */
    public Classification classify(String text, String textPair) {
        return answer(TextInput.of(text, textPair)).best();
    }

    /** Labels of one text. */
    public TextClassification classify(String text, TextClassificationOptions options) {
        return answer(TextInput.of(text), options);
    }

    /** Labels of a pair of texts. */
    public TextClassification classify(String text, String textPair, TextClassificationOptions options) {
        return answer(TextInput.of(text, textPair), options);
    }

    /** The best label of each text, in their order. */
    public List<Classification> classify(List<String> texts) {
        List<TextInput> inputs =
                Arguments.require(texts, "texts").stream().map(TextInput::of).toList();
        return classify(inputs, TextClassificationOptions.DEFAULT).stream()
                .map(TextClassification::best)
                .toList();
    }

    /** Labels of one text or pair. */
    public TextClassification classify(TextInput input, TextClassificationOptions options) {
        return answer(input, options);
    }

    /** Labels of texts or pairs, in their order. A text that is too long is refused, unless it is to be truncated. */
    public List<TextClassification> classify(List<TextInput> inputs, TextClassificationOptions options) {
        return answer(inputs, options);
    }

    /** Labels of any number of texts or pairs: {@link #answer(Stream, TextClassificationOptions)}. */
    public Stream<TextClassification> classify(Stream<TextInput> inputs, TextClassificationOptions options) {
        return answer(inputs, options);
    }

    @Override
    public List<TextClassification> answer(List<? extends TextInput> inputs, TextClassificationOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    @Override
    public Stream<TextClassification> answer(Stream<? extends TextInput> inputs, TextClassificationOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    @Override
    public TextClassificationOptions defaultOptions() {
        return TextClassificationOptions.DEFAULT;
    }

    /** A text is one sequence, and its logits are all that the model says. */
    private final class Classifying implements Work.OnTexts<TextInput, float[], TextClassification> {

        private final TextClassificationOptions options;
        private final ScoreFunction function;

        Classifying(TextClassificationOptions options) {
            this.options = options;
            this.function = options.functionToApply().orElseGet(() -> Scores.functionOfTexts(model.config()));
        }

        @Override
        public List<Encoding> encode(TextInput input) {
            return List.of(tokenizer.encode(input, options.truncation()));
        }

        @Override
        public List<float[]> forward(List<Encoding> batch) {
            return Rows.of(model.forward(tokenizer.batch(batch)).logits()); // [texts, labels]
        }

        @Override
        public TextClassification answer(TextInput input, List<Encoding> sequences, List<float[]> logits) {
            float[] scores = logits.getFirst();
            Scores.apply(function, model.engine().machine().kernels(), scores);
            return new TextClassification(
                    Scores.best(model.config().labels(), scores, options.topK()),
                    sequences.getFirst().truncatedTokens());
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
    public AutoModelForSequenceClassification model() {
        return model;
    }

    @Override
    public TextClassificationPipeline withListener(PipelineListener listener) {
        return new TextClassificationPipeline(tokenizer, model, description, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

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
