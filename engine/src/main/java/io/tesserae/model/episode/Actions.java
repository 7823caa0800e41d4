package io.tesserae.model.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;

/** What is done at each step of an episode. All steps are of one kind and one width. */
public sealed interface Actions {

    /** How many steps there are. */
    int steps();

    /**
     * Numbers.
     *
     * @param values {@code [steps, numbers]}
     */
    record Continuous(Tensor values) implements Actions {

        /** Checks the shape. */
        public Continuous {
            if (Arguments.require(values, "values").rank() != 2) {
                throw new IllegalArgumentException("actions: expected [steps, numbers], found " + values);
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
     * One of several.
     *
     * @param indices {@code [steps]}
     */
    record Discrete(int[] indices) implements Actions {

        /** Refuses null. */
        public Discrete {
            Arguments.require(indices, "indices");
        }

        @Override
        public int steps() {
            return indices.length;
        }
    }
}
