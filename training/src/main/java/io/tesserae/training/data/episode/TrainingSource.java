package io.tesserae.training.data.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.data.Dataset;
import java.util.List;

/** Examples of one kind, which are learned together with those of other sources. */
public sealed interface TrainingSource {

    /** Its name, in messages and metrics: an environment's, say. Letters, digits, {@code -}, {@code .}, {@code _}. */
    String name();

    /** How many of the examples are of it, as compared with other sources' shares; above 0. */
    double share();

    /** What its loss is multiplied by; above 0. */
    float lossWeight();

    /** Windows of episodes, or texts: how many of them there are. */
    int size(int contextSteps);

    /**
     * Episodes of one environment.
     *
     * @param episodes all of one kind and width of observations, and of actions
     */
    record Episodes(String name, double share, float lossWeight, List<Demonstration> episodes)
            implements TrainingSource {

        /** Checks that there is something to learn. */
        public Episodes {
            require(name, share, lossWeight);
            episodes = List.copyOf(Arguments.requireAll(episodes, "episodes"));
            if (episodes.isEmpty()) {
                throw new IllegalArgumentException("source " + name + ": expected one episode or more, found none");
            }
        }

        @Override
        public int size(int contextSteps) {
            return episodes.stream()
                    .mapToInt(episode -> Math.ceilDiv(episode.steps(), contextSteps))
                    .sum();
        }
    }

    /**
     * Texts, each perhaps with a photo.
     *
     * @param texts may read photos when they are asked for
     */
    record Texts(String name, double share, float lossWeight, Dataset<PhotoText> texts) implements TrainingSource {

        /** Checks that there is something to learn. */
        public Texts {
            require(name, share, lossWeight);
            if (Arguments.require(texts, "texts").size() == 0) {
                throw new IllegalArgumentException("source " + name + ": expected one text or more, found none");
            }
        }

        @Override
        public int size(int contextSteps) {
            return texts.size();
        }
    }

    private static void require(String name, double share, float lossWeight) {
        if (!Arguments.require(name, "name").matches("[\\w.-]+")) {
            throw new IllegalArgumentException(
                    "name of a source: expected letters, digits, \"-\", \".\" and \"_\", found \"" + name + "\"");
        }
        if (!(share > 0 && share < Double.POSITIVE_INFINITY && lossWeight > 0 && Float.isFinite(lossWeight))) {
            throw new IllegalArgumentException("source " + name + ": expected a share and a loss weight above 0, found "
                    + share + " and " + lossWeight);
        }
    }
}
