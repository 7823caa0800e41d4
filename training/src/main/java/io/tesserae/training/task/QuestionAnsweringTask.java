package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.AnswerBatch;
import io.tesserae.training.data.AnswerWindow;
import io.tesserae.training.data.AnsweredQuestion;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.QuestionAnsweringReader;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.loss.AnswerPositions;
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

/**
 * Finds answers to questions in texts. Transformers' {@code run_qa.py} does the same. A text that is too long has several windows, each an
 * example of its own. Where a question of the data has no answer, "no answer" may be one.
 */
public final class QuestionAnsweringTask implements TrainingTask {

    private static final int OUTPUTS = 2; // start, end

    private final TrainedNetwork<Network.OfTokens> trained;
    private final Questions train;
    private final Questions eval;
    private final Options options;

    private QuestionAnsweringTask(
            TrainedNetwork<Network.OfTokens> trained, Questions train, Questions eval, Options options) {
        this.trained = trained;
        this.train = train;
        this.eval = eval;
        this.options = options;
    }

    /** Questions and their windows. */
    private record Questions(List<AnsweredQuestion> questions, Dataset<AnswerWindow> windows) {

        static final Questions NONE = new Questions(List.of(), Dataset.none());

        static Questions read(QuestionAnsweringReader reader, Path file) {
            List<AnsweredQuestion> questions = reader.read(TableFile.read(file));
            return new Questions(questions, reader.windows(questions));
        }

        void requireKnown(TextLimits limits) {
            for (int i = 0; i < windows.size(); i++) {
                limits.require(windows.get(i).text(), of(i).origin());
            }
        }

        AnsweredQuestion of(int window) {
            return questions.get(windows.get(window).question());
        }

        boolean someHaveNoAnswer() {
            return questions.stream().anyMatch(question -> question.answers().isEmpty());
        }
    }

    /**
     * How texts are cut and answers chosen.
     *
     * @param docStride how many tokens of the text consecutive windows have in common, 0 or more; fewer where a window has no room for so
     *     many
     * @param bestSize how many starts and ends of a window are tried, 1 or more
     * @param maxAnswerLength the most tokens of an answer, 1 or more
     */
    public record Options(int docStride, int bestSize, int maxAnswerLength) {

        /** As in transformers' examples: 128 tokens, 20 starts and ends, 30 tokens. */
        public static final Options DEFAULTS = new Options(128, 20, 30);

        /** Checks the ranges. */
        public Options {
            requireLeast(docStride, 0, "docStride");
            requireLeast(bestSize, 1, "bestSize");
            requireLeast(maxAnswerLength, 1, "maxAnswerLength");
        }

        private static void requireLeast(int value, int least, String name) {
            if (value < least) {
                throw new IllegalArgumentException(name + ": expected " + least + " or more, found " + value);
            }
        }
    }

    /**
     * Reads model and data.
     *
     * @throws TrainingException if a row is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static QuestionAnsweringTask open(
            NetworkSource source, NetworkOptions networkOptions, TextData data, Options options) {
        PretrainedConfig config = source.config();
        TextEncoder encoder = data.encoder(source.tokenizer(), config);
        QuestionAnsweringReader reader = new QuestionAnsweringReader(encoder, data.columns(), stride(encoder, options));
        Questions train = Questions.read(reader, data.train());
        Questions eval = data.eval().map(file -> Questions.read(reader, file)).orElse(Questions.NONE);
        // Transformers gives the head as many outputs as there are labels, also of another head.
        ConfigChanges changes = config.labelCount() == OUTPUTS
                ? ConfigChanges.NONE
                : ConfigChanges.NONE.withLabels(List.of("LABEL_0", "LABEL_1"));
        TrainedNetwork<Network.OfTokens> trained =
                source.open(Head.QUESTION_ANSWERING, Network.OfTokens.class, changes, networkOptions);
        train.requireKnown(trained.textLimits());
        eval.requireKnown(trained.textLimits());
        return new QuestionAnsweringTask(trained, train, eval, options);
    }

    /** Half of a window at most, so that a small model's windows still go forward. */
    private static int stride(TextEncoder encoder, Options options) {
        return Math.min(options.docStride(), encoder.maxLength() / 2 - 1);
    }

    /** Reads model and data from files whose columns have names that are recognised. */
    public static QuestionAnsweringTask open(Path checkpoint, Path train, Path eval) {
        return open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                TextData.of(train, eval),
                Options.DEFAULTS);
    }

    @Override
    public String description() {
        return "question-answering of " + trained.config().modelType() + ", "
                + train.questions().size() + " questions in " + trainExamples() + " windows";
    }

    @Override
    public List<Parameter> parameters() {
        return trained.parameters().all();
    }

    @Override
    public int trainExamples() {
        return train.windows().size();
    }

    @Override
    public int evalExamples() {
        return eval.windows().size();
    }

    @Override
    public List<String> notices() {
        return trained.notices();
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        AnswerBatch batch = AnswerBatch.of(train.windows().get(examples));
        return loss(tape, trained.network().logits(tape, batch.tokens()), batch);
    }

    private static Variable loss(Tape tape, Variable logits, AnswerBatch batch) {
        return AnswerPositions.of(
                tape, logits, batch.tokens().sequenceStarts(), batch.startPositions(), batch.endPositions());
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        EvaluationBatches batches = new EvaluationBatches();
        BestAnswers best = new BestAnswers(
                eval.questions(),
                options.bestSize(),
                options.maxAnswerLength(),
                train.someHaveNoAnswer() || eval.someHaveNoAnswer());
        EvaluationBatches.forEach(evalExamples(), batchSize, examples -> {
            List<AnswerWindow> windows = eval.windows().get(examples);
            AnswerBatch batch = AnswerBatch.of(windows);
            try (Tape tape = Tape.evaluating(setting)) {
                Variable logits = trained.network().logits(tape, batch.tokens()); // [tokens, 2]
                batches.addLoss(loss(tape, logits, batch).value().data()[0], examples.length);
                for (int s = 0; s < windows.size(); s++) {
                    int start = batch.tokens().sequenceStarts()[s];
                    AnswerWindow window = windows.get(s);
                    best.add(window, column(logits, 0, start, window), column(logits, 1, start, window));
                }
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(TaskMetrics.answers(
                best.texts(),
                eval.questions().stream().map(AnsweredQuestion::answerTexts).toList()));
        return metrics;
    }

    /** The logits of starts or ends of a window, which begins at this row. */
    private static float[] column(Variable logits, int column, int start, AnswerWindow window) {
        float[] values = new float[window.text().length()];
        for (int token = 0; token < values.length; token++) {
            values[token] = logits.value().data()[(start + token) * OUTPUTS + column];
        }
        return values;
    }

    @Override
    public String origin(int example) {
        return train.of(example).origin().toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
