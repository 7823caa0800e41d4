package io.tesserae.family.jat;

import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.GeneralistShape;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** What JAT refuses of episodes, before anything is computed. */
public final class EpisodeChecks {

    /** Height and width of the frames that the encoder is made for, and how many there are. */
    private static final int[] FRAMES = {4, 84, 84};

    private EpisodeChecks() {}

    /** Refuses whole episodes that are not all of one kind, or none that the model takes. */
    static void require(JatConfig config, GeneralistShape shape, List<Episode> episodes) {
        if (episodes.isEmpty()) {
            throw new IllegalArgumentException("episodes: expected one or more, found none");
        }
        Episode first = episodes.getFirst();
        for (int e = 0; e < episodes.size(); e++) {
            Episode episode = episodes.get(e);
            String where = "episode " + e + ": ";
            if (2L * episode.steps() > config.maxPositionEmbeddings()) {
                throw new IllegalArgumentException(where + "expected at most " + config.maxPositionEmbeddings() / 2
                        + " steps, since each is two tokens and max_position_embeddings in config.json is "
                        + config.maxPositionEmbeddings() + ", found " + episode.steps());
            }
            requireLike(where, first.observations(), episode.observations());
            require(config, shape, where, episode.observations());
            require(config, where, episode.actions());
            if (!Tensor.of(episode.rewards(), episode.steps()).isFinite()) {
                throw new IllegalArgumentException(where + "expected finite rewards, found others");
            }
            if (!episode.actions().getClass().equals(first.actions().getClass())
                    || width(episode.actions()) != width(first.actions())) {
                throw new IllegalArgumentException(
                        where + "expected actions like those of the first episode of the batch, found others");
            }
        }
    }

    /** Refuses weights that are not one for each step. */
    static void requireWeights(List<Episode> episodes, float[][] weights) {
        for (int e = 0; e < weights.length; e++) {
            if (weights.length != episodes.size()
                    || weights[e].length != episodes.get(e).steps()) {
                throw new IllegalArgumentException("lossWeights: expected none, or one for each step of each of the "
                        + episodes.size() + " episodes, found others");
            }
        }
    }

    private static int width(Actions actions) {
        return actions instanceof Actions.Continuous numbers ? numbers.width() : 1;
    }

    /** Refuses observations that are of another kind or width than those before. */
    static void requireLike(String where, Observations before, Observations observations) {
        String expected = describe(before);
        String found = describe(observations);
        if (!expected.equals(found)) {
            throw new IllegalArgumentException(
                    where + "expected observations of " + expected + ", as before, found " + found);
        }
    }

    private static String describe(Observations observations) {
        return switch (observations) {
            case Observations.Continuous numbers -> numbers.width() + " numbers";
            case Observations.Discrete whole -> "whole numbers";
            case Observations.Frames(Tensor pixels) ->
                "frames " + Arrays.toString(Arrays.copyOfRange(pixels.shape(), 1, 4));
        };
    }

    /** Refuses observations that the model does not take. */
    public static void require(JatConfig config, GeneralistShape shape, String where, Observations observations) {
        switch (observations) {
            case Observations.Continuous(Tensor values) -> {
                int numbers = values.dimension(1);
                if (numbers < 1 || numbers + 1 > config.maxContinuousSize()) {
                    throw new IllegalArgumentException(where + "expected observations of 1 to "
                            + (config.maxContinuousSize() - 1)
                            + " numbers, which with the reward are max_continuous_size in config.json, found "
                            + numbers);
                }
                requireFinite(where, "observations", values);
            }
            case Observations.Discrete(List<int[]> values) -> {
                for (int[] step : values) {
                    requireDiscrete(config, where, step);
                }
            }
            case Observations.Frames(Tensor pixels) -> {
                if (!shape.takesFrames()) {
                    throw new IllegalArgumentException(
                            where + "this checkpoint has no image_encoder, and takes no frames");
                }
                int[] found = Arrays.copyOfRange(pixels.shape(), 1, 4);
                if (!Arrays.equals(found, FRAMES)) {
                    throw new IllegalArgumentException(where + "expected frames " + Arrays.toString(FRAMES)
                            + " [channels, height, width], found " + Arrays.toString(found));
                }
                requireFinite(where, "frames", pixels);
            }
        }
    }

    private static void requireDiscrete(JatConfig config, String where, int[] step) {
        if (step.length != config.maxDiscreteValue()) {
            throw new IllegalArgumentException(where + "expected observations of exactly " + config.maxDiscreteValue()
                    + " whole numbers (max_discrete_value in config.json), found " + step.length);
        }
        for (int value : step) {
            if (value < 0 || value >= config.vocabSize()) {
                throw new IllegalArgumentException(where + "expected whole numbers from 0 to "
                        + (config.vocabSize() - 1) + " (vocab_size in config.json), found " + value);
            }
        }
    }

    /** Refuses actions that the model cannot read. */
    public static void require(JatConfig config, String where, Actions actions) {
        switch (actions) {
            case Actions.Continuous(Tensor values) -> {
                int numbers = values.dimension(1);
                if (numbers < 1 || numbers > config.maxContinuousSize()) {
                    throw new IllegalArgumentException(where + "expected actions of 1 to " + config.maxContinuousSize()
                            + " numbers (max_continuous_size in config.json), found " + numbers);
                }
                requireFinite(where, "actions", values);
            }
            case Actions.Discrete(int[] indices) -> {
                for (int index : indices) {
                    if (index < 0 || index >= config.vocabSize()) {
                        throw new IllegalArgumentException(where + "expected actions from 0 to "
                                + (config.vocabSize() - 1) + " (vocab_size in config.json), found " + index);
                    }
                }
            }
        }
    }

    private static void requireFinite(String where, String what, Tensor values) {
        if (!values.isFinite()) {
            throw new IllegalArgumentException(where + "expected finite " + what + ", found NaN or infinity");
        }
    }
}
