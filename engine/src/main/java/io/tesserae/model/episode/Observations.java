package io.tesserae.model.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.List;

/** What is observed at each step of an episode, prepared for a model. All steps are of one kind and one width. */
public sealed interface Observations {

    /** How many steps there are. */
    int steps();

    /**
     * Numbers.
     *
     * @param values {@code [steps, numbers]}, without the reward
     */
    record Continuous(Tensor values) implements Observations {

        /** Checks the shape. */
        public Continuous {
            if (Arguments.require(values, "values").rank() != 2) {
                throw new IllegalArgumentException("observations: expected [steps, numbers], found " + values);
            }
        }

        /** How many numbers a step has. */
        public int width() {
            return values.dimension(1);
        }

        @Override
        public int steps() {
            return values.dimension(0);
        }
    }

    /**
     * Whole numbers, each the index of a token.
     *
     * @param values {@code [steps][numbers]}, all rows as long as each other
     */
    record Discrete(List<int[]> values) implements Observations {

        /** Copies the list; not what is in it. */
        public Discrete {
            values = List.copyOf(Arguments.requireAll(values, "values"));
        }

        @Override
        public int steps() {
            return values.size();
        }
    }

    /**
     * The last frames of a game, as channels of one picture.
     *
     * @param pixels {@code [steps, channels, height, width]}, scaled and normalised
     */
    record Frames(Tensor pixels) implements Observations {

        /** Checks the shape. */
        public Frames {
            if (Arguments.require(pixels, "pixels").rank() != 4) {
                throw new IllegalArgumentException(
                        "observations: expected [steps, channels, height, width], found " + pixels);
            }
        }

        @Override
        public int steps() {
            return pixels.dimension(0);
        }
    }
}
