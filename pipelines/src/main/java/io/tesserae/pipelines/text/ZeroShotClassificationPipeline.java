package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.HypothesisTemplate;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A text and labels in any words in, their scores out: transformers' {@code ZeroShotClassificationPipeline}. The model is one
 * of natural language inference, which judges for each label whether the text entails that "this example is" of it: Yin,
 * Hay and Roth, arXiv 1909.00161.
 *
 * <p>A text that is longer than the model takes is cut, its labels never. Immutable and thread-safe: load it once, call it
 * from any number of threads.
 */
public final class ZeroShotClassificationPipeline
        implements Pipeline<ZeroShotInput, ZeroShotClassificationOptions, ZeroShotClassification> {

    /** The task {@code zero-shot-classification}. */
    public static final PipelineTask<ZeroShotClassificationPipeline> TASK = new PipelineTask<>(
            ZeroShotClassificationPipeline.class,
            List.of("zero-shot-classification"),
            ZeroShotClassificationPipeline::load);

    private final FittingTokenizer tokenizer;
    private final AutoModelForSequenceClassification model;
    private final String description;
    private final OptionalInt namedEntailment;
    private final Calls calls;

    private static ZeroShotClassificationPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForSequenceClassification.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new ZeroShotClassificationPipeline(
                        tokenizer, model, checkpoint.files().describe("config.json"), engine));
    }

    /**
     * A pipeline of a tokenizer and a model that are loaded already; it closes the model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static ZeroShotClassificationPipeline of(Tokenizer tokenizer, AutoModelForSequenceClassification model) {
        Arguments.require(tokenizer, "tokenizer");
        Arguments.require(model, "model");
        return new ZeroShotClassificationPipeline(
                tokenizer, model, model.config().toString(), model.engine());
    }

    private ZeroShotClassificationPipeline(
            Tokenizer tokenizer, AutoModelForSequenceClassification model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.classifier().backbone(), where);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
        this.namedEntailment = namedEntailment(model.config());
    }

    private ZeroShotClassificationPipeline(ZeroShotClassificationPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.namedEntailment = other.namedEntailment;
        this.calls = calls;
    }

    /** The first label in the file that says so of itself. */
    private static OptionalInt namedEntailment(PretrainedConfig config) {
        if (config.isSet("id2label") && !config.isSet("label2id")) {
            throw config.unexpected(
                    "label2id", "the ids of the labels, as in {\"contradiction\": 0, \"entailment\": 1}");
        }
        for (Map.Entry<String, Integer> label :
                config.label2id().orElse(Map.of()).entrySet()) {
            if (label.getKey().toLowerCase(Locale.ROOT).startsWith("entail")) {
                if (label.getValue() >= config.labels().count()) {
                    throw config.unexpected(
                            "label2id", "ids below " + config.labels().count() + ", as many labels as there are");
                }
                return OptionalInt.of(label.getValue());
            }
        }
        return OptionalInt.empty();
    }

    /** The best of these labels. */
    public Classification classify(String sequence, List<String> candidateLabels) {
        return classify(new ZeroShotInput(sequence, candidateLabels), ZeroShotClassificationOptions.DEFAULT)
                .best();
    }

    /** How well each of these labels fits. */
    public ZeroShotClassification classify(
            String sequence, List<String> candidateLabels, ZeroShotClassificationOptions options) {
        return answer(new ZeroShotInput(sequence, candidateLabels), options);
    }

    /** The labels of one text. */
    public ZeroShotClassification classify(ZeroShotInput input, ZeroShotClassificationOptions options) {
        return answer(input, options);
    }

    /**
     * The labels of texts, in their order.
     *
     * @throws IllegalArgumentException if a text is empty or has no candidate labels, or a label alone is too long for the
     *     model
     */
    public List<ZeroShotClassification> classify(List<ZeroShotInput> inputs, ZeroShotClassificationOptions options) {
        return answer(inputs, options);
    }

    /**
     * The labels of any number of texts, in their order: as many are read at a time as one batch holds, and answers come as
     * they are asked for.
     *
     * @return a stream that throws IllegalArgumentException at an input that is no good, after the answers before it, and
     *     {@link java.util.concurrent.CancellationException} where its thread is interrupted
     */
    public Stream<ZeroShotClassification> classify(
            Stream<ZeroShotInput> inputs, ZeroShotClassificationOptions options) {
        return answer(inputs, options);
    }

    @Override
    public List<ZeroShotClassification> answer(
            List<? extends ZeroShotInput> inputs, ZeroShotClassificationOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    @Override
    public Stream<ZeroShotClassification> answer(
            Stream<? extends ZeroShotInput> inputs, ZeroShotClassificationOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    @Override
    public ZeroShotClassificationOptions defaultOptions() {
        return ZeroShotClassificationOptions.DEFAULT;
    }

    /** A text with each of its labels is a sequence, and its logits are all that the model says. */
    private final class Classifying implements Work.OnTexts<ZeroShotInput, float[], ZeroShotClassification> {

        private final boolean multiLabel;
        private final HypothesisTemplate template;

        Classifying(ZeroShotClassificationOptions options) {
            this.multiLabel = options.multiLabel();
            this.template = new HypothesisTemplate(options.hypothesisTemplate());
        }

        @Override
        public List<Encoding> encode(ZeroShotInput input) {
            if (input.sequence().isEmpty()) {
                throw new IllegalArgumentException("a text is empty; expected one that labels can be true of");
            }
            if (input.candidateLabels().isEmpty()) {
                throw new IllegalArgumentException("a text has no candidate labels; give one at least");
            }
            return input.candidateLabels().stream()
                    .map(label -> pair(input.sequence(), template.with(label)))
                    .toList();
        }

        @Override
        public List<float[]> forward(List<Encoding> batch) {
            return Rows.of(model.forward(tokenizer.batch(batch)).logits());
        }

        @Override
        public ZeroShotClassification answer(ZeroShotInput input, List<Encoding> pairs, List<float[]> logits) {
            List<String> labels = input.candidateLabels();
            float[] scores = multiLabel || labels.size() == 1 ? scoresOfEach(logits) : scoresOfAll(logits);
            int truncated =
                    pairs.stream().mapToInt(Encoding::truncatedTokens).max().orElse(0);
            return new ZeroShotClassification(input.sequence(), best(labels, scores), truncated);
        }
    }

    /** Cuts the text where it has to, but not the hypothesis; where that is too long by itself, neither. */
    private Encoding pair(String sequence, String hypothesis) {
        // An empty second text would be none, and the model sees two here: of a space no token remains either.
        TextInput pair = TextInput.of(sequence, hypothesis.isEmpty() ? " " : hypothesis);
        Encoding whole = tokenizer().encode(sequence, pair.textPair().orElseThrow());
        if (whole.size() <= maxLength()) {
            return whole;
        }
        long ofText = Arrays.stream(whole.sequenceIds()).filter(id -> id == 0).count();
        return ofText > whole.size() - maxLength()
                ? tokenizer.encode(pair, tokenizer.truncating(TruncationStrategy.ONLY_FIRST))
                : tokenizer.encode(pair, false);
    }

    /** Whether each label is entailed by itself: the softmax of its entailment and its contradiction. */
    private float[] scoresOfEach(List<float[]> logits) {
        float[] scores = new float[logits.size()];
        for (int label = 0; label < scores.length; label++) {
            float[] outputs = logits.get(label);
            int contradiction = entailment() == 0 ? outputs.length - 1 : 0;
            float[] both = {outputs[contradiction], outputs[entailment()]};
            kernels().softmax(both, 0, both.length);
            scores[label] = both[1];
        }
        return scores;
    }

    /** Which label is entailed the most: the softmax of all entailments. */
    private float[] scoresOfAll(List<float[]> logits) {
        float[] scores = new float[logits.size()];
        for (int label = 0; label < scores.length; label++) {
            scores[label] = logits.get(label)[entailment()];
        }
        kernels().softmax(scores, 0, scores.length);
        return scores;
    }

    private static List<Classification> best(List<String> labels, float[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(label -> scores[label])
                        .thenComparing(Comparator.naturalOrder())
                        .reversed())
                .map(label -> new Classification(labels.get(label), scores[label]))
                .toList();
    }

    private Kernels kernels() {
        return model.engine().machine().kernels();
    }

    private int entailment() {
        return namedEntailment.orElse(model.config().labels().count() - 1);
    }

    /**
     * Whether the model's configuration says which of its labels means entailment. If not, the last is taken for it, as in
     * transformers; of a model that is none of natural language inference, all answers are nonsense then.
     */
    public boolean namesEntailment() {
        return namedEntailment.isPresent();
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
    public ZeroShotClassificationPipeline withListener(PipelineListener listener) {
        return new ZeroShotClassificationPipeline(this, Calls.heardBy(listener));
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
