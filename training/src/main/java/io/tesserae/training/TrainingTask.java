package io.tesserae.training;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.optimizer.Optimizer;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What is trained: a network, its examples, its loss and how good it is. The {@link Trainer} knows nothing else of it. Used by one thread.
 */
public interface TrainingTask extends AutoCloseable {

    /** What it is, for people: {@code text-classification of distilbert, 67,349 examples}. */
    String description();

    /** The parameters, trained or frozen, in the order of the network. */
    List<Parameter> parameters();

    /** How many examples there are to train with. */
    int trainExamples();

    /** How many examples there are to evaluate with; 0 for none. */
    int evalExamples();

    /** What people should know before they train: parameters that begin anew, tensors of the checkpoint that are left behind. */
    default List<String> notices() {
        return List.of();
    }

    /**
     * The loss of a batch, one value.
     *
     * @param examples which of them
     * @param epoch from which, with the run's seed, what is drawn for the examples follows: masks, crops
     */
    Variable loss(Tape tape, int[] examples, long epoch);

    /**
     * How good the model is with the examples of the evaluation.
     *
     * @return {@code loss}, then the task's metrics, by their names without {@code eval_}
     */
    Map<String, Double> evaluate(Tape.Setting setting, int batchSize);

    /** Where a training example is from, for messages: {@code train.tsv, line 7}. */
    String origin(int example);

    /**
     * The model as it is saved.
     *
     * @param weights of all parameters, by name
     */
    ModelFolder model(SequencedMap<String, Tensor> weights);

    /**
     * The model as a checkpoint of the run holds it, with all parameters, so that the run can go on from it. Most tasks save nothing else at
     * the end.
     *
     * @param weights of all parameters, by name
     */
    default ModelFolder checkpoint(SequencedMap<String, Tensor> weights) {
        return model(weights);
    }

    /** What is done after every step: a teacher that follows its student, say. Most tasks have nothing to do. */
    default void afterStep(Optimizer.Computing computing, long step, long maxSteps) {}

    /** What a task keeps beside its parameters that a run needs to go on: by name; most keep nothing. */
    default SequencedMap<String, Tensor> state() {
        return new LinkedHashMap<>();
    }

    @Override
    void close();
}
