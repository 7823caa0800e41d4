package io.tesserae.training;

import io.tesserae.training.log.LogEntry;
import java.nio.file.Path;
import java.util.Map;

/** What is told of a run as it goes on: transformers' {@code TrainerCallback}. All of it is told by the thread that trains. */
public interface TrainingCallback {

    /** The run begins, or goes on. */
    default void onTrainBegin(TrainingState state) {}

    /** An epoch begins. */
    default void onEpochBegin(TrainingState state) {}

    /** A step was done. */
    default void onStepEnd(TrainingState state) {}

    /** A line was logged. */
    default void onLog(TrainingState state, LogEntry entry) {}

    /**
     * The model was evaluated.
     *
     * @param metrics by name, {@code eval_loss} and others
     */
    default void onEvaluate(TrainingState state, Map<String, Double> metrics) {}

    /** A checkpoint was saved. */
    default void onSave(TrainingState state, Path checkpoint) {}

    /** An epoch is over. */
    default void onEpochEnd(TrainingState state) {}

    /** The run is over. */
    default void onTrainEnd(TrainingState state) {}
}
