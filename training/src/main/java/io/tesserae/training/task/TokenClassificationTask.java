package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.TokenClassificationExample;
import io.tesserae.training.data.TokenClassificationReader;
import io.tesserae.training.data.TokenLabelBatch;
import io.tesserae.training.data.table.TaggedWords;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Labels the words of sentences: names, parts of speech. Transformers' {@code run_ner.py} does the same. A word is labelled by its first
 * token; the others, and special tokens, do not count.
 */
public final class TokenClassificationTask implements TrainingTask {

    private final TrainedNetwork<Network.OfTokens> trained;
    private final LabelSet labels;
    private final Dataset<TokenClassificationExample> train;
    private final Dataset<TokenClassificationExample> eval;
    private final List<TaggedWords> trainSentences;
    private final CrossEntropy crossEntropy;

    private TokenClassificationTask(
            TrainedNetwork<Network.OfTokens> trained,
            LabelSet labels,
            Dataset<TokenClassificationExample> train,
            Dataset<TokenClassificationExample> eval,
            List<TaggedWords> trainSentences,
            CrossEntropy crossEntropy) {
        this.trained = trained;
        this.labels = labels;
        this.train = train;
        this.eval = eval;
        this.trainSentences = trainSentences;
        this.crossEntropy = crossEntropy;
    }

    /**
     * How labels are learned.
     *
     * @param labelAllTokens whether a word's further tokens have its label too
     * @param labelSmoothing from 0 to below 1
     */
    public record Options(boolean labelAllTokens, double labelSmoothing) {

        /** First tokens alone, without smoothing. */
        public static final Options DEFAULTS = new Options(false, 0);

        /** Checks the smoothing. */
        public Options {
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw new IllegalArgumentException(
                        "labelSmoothing: expected a number from 0 to below 1, found " + labelSmoothing);
            }
        }
    }

    /**
     * Reads model and data. Where the checkpoint has a classifier of tokens already, its labels stay, and the data may have no others.
     *
     * @throws io.tesserae.training.failure.TrainingException if a sentence is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static TokenClassificationTask open(
            NetworkSource source, NetworkOptions networkOptions, TextData data, Options options) {
        PretrainedConfig config = source.config();
        TokenClassificationReader reader =
                new TokenClassificationReader(data.encoder(source.tokenizer(), config), options.labelAllTokens());
        List<TaggedWords> trainSentences = TaggedWords.read(data.train(), data.columns());
        Optional<List<TaggedWords>> evalSentences = data.eval().map(file -> TaggedWords.read(file, data.columns()));
        LabelSet labels = source.hasLabels(Head.TOKEN_CLASSIFICATION)
                ? LabelSet.of(config.labels())
                : TokenClassificationReader.labels(trainSentences);
        Dataset<TokenClassificationExample> train = reader.read(trainSentences, labels);
        Dataset<TokenClassificationExample> eval =
                evalSentences.map(sentences -> reader.read(sentences, labels)).orElseGet(Dataset::none);
        TrainedNetwork<Network.OfTokens> trained = source.open(
                Head.TOKEN_CLASSIFICATION,
                Network.OfTokens.class,
                ConfigChanges.NONE.withLabels(labels.names()),
                networkOptions);
        requireKnown(trained, train, trainSentences);
        evalSentences.ifPresent(sentences -> requireKnown(trained, eval, sentences));
        return new TokenClassificationTask(
                trained,
                labels,
                train,
                eval,
                trainSentences,
                new CrossEntropy((float) options.labelSmoothing(), Optional.empty()));
    }

    /** Reads model and data from files whose columns have names that are recognised. */
    public static TokenClassificationTask open(Path checkpoint, Path train, Path eval) {
        return open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                TextData.of(train, eval),
                Options.DEFAULTS);
    }

    private static void requireKnown(
            TrainedNetwork<?> trained, Dataset<TokenClassificationExample> examples, List<TaggedWords> sentences) {
        TextLimits limits = trained.textLimits();
        for (int i = 0; i < examples.size(); i++) {
            limits.require(examples.get(i).text(), sentences.get(i).origin());
        }
    }

    @Override
    public String description() {
        return "token-classification of " + trained.config().modelType() + ", " + train.size() + " examples";
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

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        TokenLabelBatch batch = TokenLabelBatch.of(train.get(examples));
        return loss(tape, trained.network().logits(tape, batch.tokens()), batch);
    }

    /** 0 where no token has a label: words of characters that the tokenizer drops, and no others. */
    private Variable loss(Tape tape, Variable logits, TokenLabelBatch batch) {
        return batch.labelled() == 0
                ? tape.constant(Tensor.zeros(1))
                : crossEntropy.of(tape, logits, batch.labels()); // [tokens, labels]
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        EvaluationBatches batches = new EvaluationBatches();
        List<List<String>> predictions = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        EvaluationBatches.forEach(eval.size(), batchSize, examples -> {
            TokenLabelBatch batch = TokenLabelBatch.of(eval.get(examples));
            try (Tape tape = Tape.evaluating(setting)) {
                Variable logits = trained.network().logits(tape, batch.tokens());
                batches.addLoss(loss(tape, logits, batch).value().data()[0], batch.labelled());
                addNames(LargestLogit.of(EvaluationBatches.rowsOf(logits.value())), batch, predictions);
                addNames(batch.labels(), batch, expected);
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(TaskMetrics.entities(predictions, expected));
        return metrics;
    }

    /** The names of the labels of those tokens that have one, sentence by sentence. */
    private void addNames(int[] ids, TokenLabelBatch batch, List<List<String>> sentences) {
        int[] starts = batch.tokens().sequenceStarts();
        for (int s = 0; s + 1 < starts.length; s++) {
            List<String> names = new ArrayList<>();
            for (int token = starts[s]; token < starts[s + 1]; token++) {
                if (batch.labels()[token] != LabelSet.IGNORED) {
                    names.add(labels.names().get(ids[token]));
                }
            }
            sentences.add(names);
        }
    }

    @Override
    public String origin(int example) {
        return trainSentences.get(example).origin().toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
