package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * JAT's heads.
 *
 * @param numbers {@code [M, hidden]}, of continuous observations and actions: {@code continuous_decoder}
 * @param words {@code [vocabulary, hidden]}, of words and of discrete actions: {@code single_discrete_decoder}
 * @param frames of games; empty in a checkpoint that takes none
 * @param predictsObservations whether observations are predicted: not where their loss counts nothing
 */
record Predictions(Linear numbers, Linear words, Optional<EpisodeImageDecoder> frames, boolean predictsObservations) {

    /**
     * What is done next.
     *
     * @param all {@code [steps, M]} or {@code [steps, vocabulary]}
     * @param predicted {@code [steps, numbers of an action]}, or {@code all}
     */
    record OfActions(Tensor all, Tensor predicted) {}

    /**
     * What is observed next.
     *
     * @param all {@code [steps, M]}, or frames
     * @param predicted {@code [steps, numbers of an observation]}, or {@code all}
     */
    record OfObservations(Tensor all, Tensor predicted) {}

    static Predictions load(Engine engine, JatConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        return new Predictions(
                Linear.load(engine, weights.at("continuous_decoder"), config.maxContinuousSize(), hidden),
                Linear.load(engine, weights.at("single_discrete_decoder"), config.vocabSize(), hidden, false),
                weights.contains("image_decoder")
                        ? Optional.of(EpisodeImageDecoder.load(engine, weights.at("image_decoder"), hidden))
                        : Optional.empty(),
                config.observationLossCoef() != 0);
    }

    /**
     * What is done next.
     *
     * @param hiddenStates {@code [steps, hidden]}, at observations
     * @param kind actions like those that are predicted
     */
    OfActions actions(Workspace workspace, Tensor hiddenStates, Actions kind) {
        return switch (kind) {
            case Actions.Continuous like -> {
                Tensor all = numbers.forward(workspace, hiddenStates); // [steps, M]
                yield new OfActions(all, firstColumns(all, like.width()));
            }
            case Actions.Discrete like -> {
                Tensor all = words.forward(workspace, hiddenStates); // [steps, vocabulary]
                yield new OfActions(all, all);
            }
        };
    }

    /**
     * What is observed next.
     *
     * @param hiddenStates {@code [steps, hidden]}, at actions
     * @param kind observations like those that are predicted
     * @return empty where none are predicted: discrete ones never are
     */
    Optional<OfObservations> observations(Workspace workspace, Tensor hiddenStates, Observations kind) {
        if (!predictsObservations) {
            return Optional.empty();
        }
        return switch (kind) {
            case Observations.Continuous like -> {
                Tensor all = numbers.forward(workspace, hiddenStates); // [steps, M]
                yield Optional.of(new OfObservations(all, firstColumns(all, like.width())));
            }
            case Observations.Discrete like -> Optional.empty();
            case Observations.Frames like -> {
                int[] shape = like.pixels().shape();
                shape[0] = hiddenStates.dimension(0);
                Tensor all = Tensor.zeros(shape); // [steps, 4, 84, 84]
                frames.orElseThrow().forward(workspace, hiddenStates, all);
                yield Optional.of(new OfObservations(all, all));
            }
        };
    }

    /** The first numbers of a continuous action, {@code [rows, count]}: no more of the weights is read. */
    Tensor firstNumbers(Workspace workspace, Tensor hiddenStates, int count) {
        return first(workspace, numbers, hiddenStates, count);
    }

    /** The logits of the first words, which are actions, {@code [rows, count]}. */
    Tensor firstWords(Workspace workspace, Tensor hiddenStates, int count) {
        return first(workspace, words, hiddenStates, count);
    }

    private static Tensor first(Workspace workspace, Linear linear, Tensor hiddenStates, int count) {
        Tensor out = Tensor.zeros(hiddenStates.dimension(0), count);
        if (count > 0) {
            linear.forward(workspace, hiddenStates, 0, count, Epilogue.NONE, new MatrixView(out.data(), 0, count));
        }
        return out;
    }

    private static Tensor firstColumns(Tensor all, int columns) {
        Tensor first = Tensor.zeros(all.dimension(0), columns);
        for (int row = 0; row < all.dimension(0); row++) {
            System.arraycopy(all.data(), row * all.dimension(1), first.data(), row * columns, columns);
        }
        return first;
    }
}
