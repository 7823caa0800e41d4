package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.label.ProblemType;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.Targets;
import io.tesserae.training.data.TextClassificationBatch;
import io.tesserae.training.data.TextClassificationExample;
import io.tesserae.training.data.TextClassificationReader;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.loss.BinaryCrossEntropy;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.loss.MeanSquaredError;
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
 * Classifies texts, or pairs of texts: one label of several, several labels, or a number. Transformers' {@code run_glue.py} does the
 * same.
 */
public final class TextClassificationTask implements TrainingTask {

    private final TrainedNetwork<Network.OfSequences> trained;
    private final ProblemType problem;
    private final Dataset<TextClassificationExample> train;
    private final Dataset<TextClassificationExample> eval;
    private final Table trainTable;
    private final CrossEntropy crossEntropy;

    private TextClassificationTask(
            TrainedNetwork<Network.OfSequences> trained,
            ProblemType problem,
            Dataset<TextClassificationExample> train,
            Dataset<TextClassificationExample> eval,
            Table trainTable,
            CrossEntropy crossEntropy) {
        this.trained = trained;
        this.problem = problem;
        this.train = train;
        this.eval = eval;
        this.trainTable = trainTable;
        this.crossEntropy = crossEntropy;
    }

    /**
     * What the labels mean and how they are learned.
     *
     * @param problem what the labels mean; empty to see from the data
     * @param labelSmoothing from 0 to below 1
     */
    public record Options(Optional<ProblemType> problem, double labelSmoothing) {

        /** As the data says, without smoothing. */
        public static final Options DEFAULTS = new Options(Optional.empty(), 0);
    }

    /**
     * Reads model and data. Where the checkpoint has a classifier already, its labels stay, and the data may have no others.
     *
     * @throws io.tesserae.training.failure.TrainingException if a row is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static TextClassificationTask open(
            NetworkSource source, NetworkOptions networkOptions, TextData data, Options options) {
        PretrainedConfig config = source.config();
        TextClassificationReader reader =
                new TextClassificationReader(data.encoder(source.tokenizer(), config), data.columns());
        Table trainTable = TableFile.read(data.train());
        boolean hasLabels = source.hasLabels(Head.SEQUENCE_CLASSIFICATION);
        ProblemType problem = options.problem()
                .or(() -> hasLabels ? config.problemType() : Optional.empty())
                .orElseGet(() -> reader.problemType(trainTable));
        LabelSet labels = hasLabels ? LabelSet.of(config.labels()) : reader.labels(trainTable, problem);
        ConfigChanges changes = ConfigChanges.NONE.withLabels(labels.names()).withProblemType(problem);
        Dataset<TextClassificationExample> train = reader.read(trainTable, problem, labels);
        Optional<Table> evalTable = data.eval().map(TableFile::read);
        Dataset<TextClassificationExample> eval =
                evalTable.map(table -> reader.read(table, problem, labels)).orElseGet(Dataset::none);
        TrainedNetwork<Network.OfSequences> trained =
                source.open(Head.SEQUENCE_CLASSIFICATION, Network.OfSequences.class, changes, networkOptions);
        requireKnown(trained, train, trainTable);
        evalTable.ifPresent(table -> requireKnown(trained, eval, table));
        return new TextClassificationTask(
                trained,
                problem,
                train,
                eval,
                trainTable,
                new CrossEntropy((float) options.labelSmoothing(), Optional.empty()));
    }

    private static void requireKnown(
            TrainedNetwork<?> trained, Dataset<TextClassificationExample> examples, Table table) {
        TextLimits limits = trained.textLimits();
        for (int i = 0; i < examples.size(); i++) {
            limits.require(examples.get(i).text(), table.rows().get(i).origin());
        }
    }

    /** Reads model and data from files whose columns have names that are recognised. */
    public static TextClassificationTask open(Path checkpoint, Path train, Path eval) {
        return open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                TextData.of(train, eval),
                Options.DEFAULTS);
    }

    @Override
    public String description() {
        return "text-classification of " + trained.config().modelType() + ", " + train.size() + " examples";
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
        List<String> notices = new ArrayList<>(trained.notices());
        List<String> names = LabelSet.of(trained.config().labels()).names();
        notices.add(problem.configName() + "; labels: " + String.join(", ", names));
        return List.copyOf(notices);
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        TextClassificationBatch batch = TextClassificationBatch.of(train.get(examples));
        return loss(tape, logits(tape, batch.tokens()), batch.targets());
    }

    /** {@code [examples, labels]}. */
    Variable logits(Tape tape, TokenBatch batch) {
        return trained.network().logits(tape, batch);
    }

    private Variable loss(Tape tape, Variable logits, Targets targets) {
        return switch (targets) {
            case Targets.OneLabel(int[] ids) -> crossEntropy.of(tape, logits, ids);
            case Targets.ManyLabels(float[] held, int _) -> BinaryCrossEntropy.of(tape, logits, held);
            case Targets.Values(float[] values) -> MeanSquaredError.of(tape, logits, values);
        };
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        EvaluationBatches batches = new EvaluationBatches();
        EvaluationBatches.forEach(eval.size(), batchSize, examples -> {
            TextClassificationBatch batch = TextClassificationBatch.of(eval.get(examples));
            try (Tape tape = Tape.evaluating(setting)) {
                Variable logits = logits(tape, batch.tokens());
                float loss = loss(tape, logits, batch.targets()).value().data()[0];
                batches.add(logits.value(), loss, examples.length);
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(metrics(batches.rows()));
        return metrics;
    }

    private Map<String, Double> metrics(float[][] logits) {
        Targets all = TextClassificationBatch.of(eval.get(EvaluationBatches.all(eval.size())))
                .targets();
        return switch (all) {
            case Targets.OneLabel(int[] ids) -> TaskMetrics.singleLabel(logits, ids);
            case Targets.ManyLabels(float[] held, int labels) ->
                TaskMetrics.multiLabel(logits, EvaluationBatches.rowsOf(held, labels));
            case Targets.Values(float[] values) ->
                TaskMetrics.regression(EvaluationBatches.firstColumn(logits), values);
        };
    }

    @Override
    public String origin(int example) {
        return trainTable.rows().get(example).origin().toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
