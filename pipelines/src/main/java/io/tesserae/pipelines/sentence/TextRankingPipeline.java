package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.Scores;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
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
 * A query and texts in, the texts by how well they fit out: {@code CrossEncoder.rank} of sentence-transformers. A
 * cross-encoder reads query and text together, and gives the pair one score: slower than comparing embeddings, and better;
 * so it is what sorts the best hundred that embeddings found.
 *
 * <p>Pairs that are too long for the model are cut, the longer text first, as sentence-transformers does; who wants to know asks
 * {@link #scoreAndCount}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextRankingPipeline implements Pipeline<TextInput, TextRankingOptions, PairScore> {

    /** The task {@code text-ranking}. */
    public static final PipelineTask<TextRankingPipeline> TASK =
            new PipelineTask<>(TextRankingPipeline.class, List.of("text-ranking"), TextRankingPipeline::load);

    private final FittingTokenizer tokenizer;
    private final AutoModelForSequenceClassification model;
    private final String description;
    private final ScoreFunction function;
    private final Calls calls;

    private static TextRankingPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForSequenceClassification.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new TextRankingPipeline(
                        tokenizer, model, checkpoint.files().describe("config.json"), engine));
    }

    private TextRankingPipeline(
            Tokenizer tokenizer, AutoModelForSequenceClassification model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.classifier().backbone(), where);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
        this.function = function(model);
        if (model.classifier().labels() != 1) {
            throw new ModelLoadingException(
                    where + ": id2label: expected one label, the score of a cross-encoder, found "
                            + model.classifier().labels() + "; a classifier of pairs runs as text-classification");
        }
    }

    private TextRankingPipeline(TextRankingPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.function = other.function;
        this.calls = calls;
    }

    /**
     * What sentence-transformers applies: what the file names, or else the logistic function. Only torch's own names are known: a
     * class of somebody else's may be called Identity too, and do anything.
     */
    private static ScoreFunction function(AutoModelForSequenceClassification model) {
        String name = model.config().crossEncoderActivation().orElse("torch.nn.Sigmoid");
        return switch (name) {
            case "torch.nn.modules.activation.Sigmoid", "torch.nn.Sigmoid" -> ScoreFunction.SIGMOID;
            case "torch.nn.modules.linear.Identity", "torch.nn.Identity" -> ScoreFunction.NONE;
            default ->
                throw new ModelLoadingException(
                        model.config() + ": activation_fn: expected torch.nn.modules.activation.Sigmoid or"
                                + " torch.nn.modules.linear.Identity, found \"" + name + "\"");
        };
    }

    /** How well a text fits a query: by most models' functions from 0 to 1, by some any number. */
    public float score(String query, String text) {
        return answer(TextInput.of(query, text)).score();
    }

    /** How well each text fits a query, in the order of the texts. */
    public float[] scores(String query, List<String> texts) {
        return scores(query, texts, TextRankingOptions.DEFAULT);
    }

    /** Likewise with other choices; {@link TextRankingOptions#topK} is none here. */
    public float[] scores(String query, List<String> texts, TextRankingOptions options) {
        Arguments.require(query, "query");
        return scoresOfPairs(
                Arguments.require(texts, "texts").stream()
                        .map(text -> TextInput.of(query, text))
                        .toList(),
                options);
    }

    /** How well the second text of each pair fits the first, in the order of the pairs. */
    public float[] scoresOfPairs(List<TextInput> pairs, TextRankingOptions options) {
        List<PairScore> scores = scoreAndCount(pairs, options);
        float[] values = new float[scores.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scores.get(i).score();
        }
        return values;
    }

    /** Likewise, with what was cut off from each pair. */
    public List<PairScore> scoreAndCount(List<TextInput> pairs, TextRankingOptions options) {
        return answer(pairs, options);
    }

    /**
     * Likewise for any number of pairs: as many are read at a time as one batch holds, and scores come as they are asked for.
     *
     * @return a stream that throws {@link java.util.concurrent.CancellationException} where its thread is interrupted
     */
    public Stream<Float> scoresOfPairs(Stream<TextInput> pairs, TextRankingOptions options) {
        return answer(pairs, options).map(PairScore::score);
    }

    /** All texts, best first; equal scores in the order of the texts. */
    public List<RankedText> rank(String query, List<String> texts) {
        return rank(query, texts, TextRankingOptions.DEFAULT);
    }

    /** The texts that fit a query best, best first; equal scores in the order of the texts. */
    public List<RankedText> rank(String query, List<String> texts, TextRankingOptions options) {
        return RankedText.best(texts, scores(query, texts, options), options.topK());
    }

    @Override
    public List<PairScore> answer(List<? extends TextInput> inputs, TextRankingOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Scoring(options));
    }

    @Override
    public Stream<PairScore> answer(Stream<? extends TextInput> inputs, TextRankingOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Scoring(options));
    }

    @Override
    public TextRankingOptions defaultOptions() {
        return TextRankingOptions.DEFAULT;
    }

    /** A pair is one sequence, and its one logit is all that the model says. */
    private final class Scoring implements Work.OnTexts<TextInput, float[], PairScore> {

        private final ScoreFunction toScore;

        Scoring(TextRankingOptions options) {
            toScore = options.functionToApply().orElse(function);
        }

        @Override
        public List<Encoding> encode(TextInput pair) {
            return List.of(
                    pair.textPair().isPresent()
                            ? tokenizer.encodePair(pair.text(), pair.textPair().get())
                            : tokenizer.encode(pair, true));
        }

        @Override
        public List<float[]> forward(List<Encoding> batch) {
            return Rows.of(model.forward(tokenizer.batch(batch)).logits());
        }

        @Override
        public PairScore answer(TextInput pair, List<Encoding> sequences, List<float[]> logits) {
            float[] score = logits.getFirst();
            Scores.apply(toScore, model.engine().machine().kernels(), score);
            return new PairScore(score[0], sequences.getFirst().truncatedTokens());
        }
    }

    /** The longest pair, in tokens, special tokens included; what is longer is cut. */
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
    public TextRankingPipeline withListener(PipelineListener listener) {
        return new TextRankingPipeline(this, Calls.heardBy(listener));
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
