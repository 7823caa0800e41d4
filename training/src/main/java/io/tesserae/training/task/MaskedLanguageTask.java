package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.MaskableText;
import io.tesserae.training.data.MaskableTextReader;
import io.tesserae.training.data.TokenLabelBatch;
import io.tesserae.training.data.TokenMasking;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.metric.LargestLogit;
import io.tesserae.training.metric.TaskMetrics;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Guesses hidden words: the task {@code fill-mask}. Transformers' {@code run_mlm.py --line_by_line} does the same. What is hidden is drawn
 * anew in each epoch; in evaluations it is always the same. The last layer and the head compute the hidden tokens alone.
 */
public final class MaskedLanguageTask implements TrainingTask {

    /** Of the evaluation's masks: one that training does not come to, so that no text has both the same. */
    private static final long EVALUATION_EPOCH = -1;

    private final TrainedNetwork<Network.OfMaskedWords> trained;
    private final Dataset<MaskableText> train;
    private final Dataset<MaskableText> eval;
    private final TokenMasking masking;

    private MaskedLanguageTask(
            TrainedNetwork<Network.OfMaskedWords> trained,
            Dataset<MaskableText> train,
            Dataset<MaskableText> eval,
            TokenMasking masking) {
        this.trained = trained;
        this.train = train;
        this.eval = eval;
        this.masking = masking;
    }

    /**
     * What is hidden.
     *
     * @param probability that a token is, above 0, to 1: {@code --mlm_probability}
     */
    public record Options(float probability) {

        /** As BERT was trained: 15 %. */
        public static final Options DEFAULTS = new Options(TokenMasking.USUAL_PROBABILITY);

        /** Checks the range. */
        public Options {
            if (!(probability > 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "probability: expected a number above 0, up to 1, found " + probability);
            }
        }
    }

    /**
     * Reads model and texts.
     *
     * @throws TrainingException if a row is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static MaskedLanguageTask open(
            NetworkSource source, NetworkOptions networkOptions, TextData data, Options options) {
        Tokenizer tokenizer = source.tokenizer();
        TokenMasking masking = masking(source, tokenizer, options.probability(), networkOptions.seed());
        MaskableTextReader reader = new MaskableTextReader(data.encoder(tokenizer, source.config()), data.columns());
        Dataset<MaskableText> train = reader.read(data.train());
        Dataset<MaskableText> eval = data.eval().map(reader::read).orElseGet(Dataset::none);
        TrainedNetwork<Network.OfMaskedWords> trained =
                source.open(Head.MASKED_LM, Network.OfMaskedWords.class, ConfigChanges.NONE, networkOptions);
        TextLimits limits = trained.textLimits();
        if (masking.vocabularySize() > limits.words()) {
            throw new TrainingException(source.where() + ": vocab_size: expected " + masking.vocabularySize()
                    + " or more, as many as the tokenizer has, found " + limits.words()
                    + ": a text's tokens and those that are drawn would have no embedding");
        }
        requireKnown(limits, train);
        requireKnown(limits, eval);
        MaskedLanguageTask task = new MaskedLanguageTask(trained, train, eval, masking);
        task.requireSomethingHidden();
        return task;
    }

    /** Reads model and texts from files whose columns have names that are recognised. */
    public static MaskedLanguageTask open(Path checkpoint, Path train, Path eval) {
        return open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                TextData.of(train, eval),
                Options.DEFAULTS);
    }

    private static TokenMasking masking(NetworkSource source, Tokenizer tokenizer, float probability, long seed) {
        try {
            return TokenMasking.of(tokenizer, probability, seed);
        } catch (IllegalStateException e) {
            throw new TrainingException(
                    source.files().describe("tokenizer.json") + ": fill-mask: " + e.getMessage(), e);
        }
    }

    private static void requireKnown(TextLimits limits, Dataset<MaskableText> texts) {
        for (int i = 0; i < texts.size(); i++) {
            limits.require(texts.get(i).text(), texts.get(i).origin());
        }
    }

    private void requireSomethingHidden() {
        boolean some = IntStream.range(0, eval.size())
                .anyMatch(i -> masked(eval, new int[] {i}, EVALUATION_EPOCH).labelled() > 0);
        if (eval.size() > 0 && !some) {
            throw new TrainingException(eval.get(0).origin().file() + ": expected texts of which something is hidden,"
                    + " but with a probability of " + masking.probability() + " nothing of its " + eval.size()
                    + " texts is; evaluate with more text, or hide more");
        }
    }

    private TokenLabelBatch masked(Dataset<MaskableText> texts, int[] examples, long epoch) {
        return masking.batch(texts, examples, epoch);
    }

    @Override
    public String description() {
        return "fill-mask of " + trained.config().modelType() + ", " + train.size() + " examples";
    }

    @Override
    public List<Parameter> parameters() {
        return trained.parameters().all();
    }

    @Override
    public int trainExamples() {
        return train.size();
    }

    @Override
    public int evalExamples() {
        return eval.size();
    }

    @Override
    public List<String> notices() {
        return trained.notices();
    }

    /** Where nothing of a batch is hidden, as may be with short texts, there is nothing to learn, and the loss is 0. */
    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        Asked asked = Asked.of(masked(train, examples, epoch));
        return asked.labels().length == 0
                ? tape.constant(Tensor.zeros(1))
                : CrossEntropy.PLAIN.of(tape, asked.logits(tape, trained.network()), asked.labels());
    }

    /**
     * The tokens of a batch that are hidden.
     *
     * @param labels {@code [hidden tokens]}, what they were
     */
    private record Asked(TokenLabelBatch batch, Rows rows, int[] labels) {

        static Asked of(TokenLabelBatch batch) {
            int[] rows = IntStream.range(0, batch.labels().length)
                    .filter(token -> batch.labels()[token] != LabelSet.IGNORED)
                    .toArray();
            return new Asked(
                    batch,
                    Rows.of(rows, batch.tokens().sequenceStarts()),
                    IntStream.of(rows).map(row -> batch.labels()[row]).toArray());
        }

        /** {@code [hidden tokens, vocabulary]}. */
        Variable logits(Tape tape, Network.OfMaskedWords network) {
            return network.logits(tape, batch.tokens(), rows);
        }
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        EvaluationBatches batches = new EvaluationBatches();
        IntStream.Builder predictions = IntStream.builder();
        IntStream.Builder labels = IntStream.builder();
        EvaluationBatches.forEach(eval.size(), batchSize, examples -> {
            Asked asked = Asked.of(masked(eval, examples, EVALUATION_EPOCH));
            if (asked.labels().length > 0) {
                try (Tape tape = Tape.evaluating(setting)) {
                    Variable logits = asked.logits(tape, trained.network());
                    Variable loss = CrossEntropy.PLAIN.of(tape, logits, asked.labels());
                    batches.addLoss(loss.value().data()[0], asked.labels().length);
                    IntStream.of(LargestLogit.of(EvaluationBatches.rowsOf(logits.value())))
                            .forEach(predictions);
                    IntStream.of(asked.labels()).forEach(labels);
                }
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(
                TaskMetrics.tokens(predictions.build().toArray(), labels.build().toArray(), batches.meanLoss()));
        return metrics;
    }

    @Override
    public String origin(int example) {
        return train.get(example).origin().toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
