package io.tesserae.training.data.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * An episode, and at each step what an expert does there. Where the expert acted itself, that is what was done. Where something else was
 * done, to see what the expert does after mistakes, the two differ: the model reads what was done, and learns what the expert does. Laskey
 * et al., "DART", arXiv 1703.09327.
 *
 * @param episode what was seen and done
 * @param labels what is to be predicted, of the kind and width of the episode's actions
 */
public record Demonstration(Episode episode, Actions labels) {

    /** Checks that there is a label for each step. */
    public Demonstration {
        Arguments.require(episode, "episode");
        Arguments.require(labels, "labels");
        if (labels.steps() != episode.steps()
                || labels.getClass() != episode.actions().getClass()
                || width(labels) != width(episode.actions())) {
            throw new IllegalArgumentException("labels: expected " + episode.steps()
                    + " of the kind and width of the episode's actions, found others, " + labels.steps());
        }
    }

    /** An expert's own episode. */
    public static Demonstration of(Episode episode) {
        return new Demonstration(episode, episode.actions());
    }

    private static int width(Actions actions) {
        return actions instanceof Actions.Continuous numbers ? numbers.width() : 1;
    }

    /** How many steps there are. */
    public int steps() {
        return episode.steps();
    }

    /** The steps from one to before another. */
    public Demonstration window(int from, int to) {
        if (from == 0 && to == steps()) {
            return this;
        }
        Actions done = cut(episode.actions(), from, to);
        return new Demonstration(
                new Episode(
                        cut(episode.observations(), from, to), done, Arrays.copyOfRange(episode.rewards(), from, to)),
                labels == episode.actions() ? done : cut(labels, from, to));
    }

    private static Observations cut(Observations observations, int from, int to) {
        return switch (observations) {
            case Observations.Continuous(Tensor values) -> new Observations.Continuous(rows(values, from, to));
            case Observations.Discrete(List<int[]> values) -> new Observations.Discrete(values.subList(from, to));
            case Observations.Frames(Tensor pixels) -> new Observations.Frames(rows(pixels, from, to));
        };
    }

    private static Actions cut(Actions actions, int from, int to) {
        return switch (actions) {
            case Actions.Continuous(Tensor values) -> new Actions.Continuous(rows(values, from, to));
            case Actions.Discrete(int[] indices) -> new Actions.Discrete(Arrays.copyOfRange(indices, from, to));
        };
    }

    private static Tensor rows(Tensor values, int from, int to) {
        int[] shape = values.shape();
        int size = values.size() / shape[0];
        shape[0] = to - from;
        return Tensor.of(Arrays.copyOfRange(values.data(), from * size, to * size), shape);
    }
}
