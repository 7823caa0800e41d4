package io.tesserae.training.task;

import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.metric.TaskMetrics;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** What tasks that classify pictures have in common. */
final class PictureScores {

    private PictureScores() {}

    /**
     * Runs a network on pictures.
     *
     * @throws TrainingException if they are none that the network takes: the processor is another model's
     */
    static <V> V of(TrainedNetwork<?> trained, Supplier<V> network) {
        try {
            return network.get();
        } catch (IllegalArgumentException e) {
            throw new TrainingException(
                    trained.files().describe("preprocessor_config.json") + ": its pictures are none that the model of "
                            + trained.config().modelType() + " takes: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Loss and metrics of a classifier: {@code loss, accuracy, f1, …}.
     *
     * @param classifier from a tape and which of the pictures to their scores
     */
    static Map<String, Double> evaluate(
            LabelledPictures asked,
            int batchSize,
            Tape.Setting setting,
            CrossEntropy crossEntropy,
            BiFunction<Tape, int[], Variable> classifier) {
        EvaluationBatches batches = new EvaluationBatches();
        EvaluationBatches.forEach(asked.size(), batchSize, examples -> {
            try (Tape tape = Tape.evaluating(setting)) {
                Variable logits = classifier.apply(tape, examples);
                Variable loss = crossEntropy.of(tape, logits, asked.labels(examples));
                batches.add(logits.value(), loss.value().data()[0], examples.length);
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(TaskMetrics.singleLabel(batches.rows(), asked.labels(EvaluationBatches.all(asked.size()))));
        return metrics;
    }
}
