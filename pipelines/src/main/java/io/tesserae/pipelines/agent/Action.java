package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;

/** What is done at one step. Immutable. */
public sealed interface Action {

    /**
     * One of several actions.
     *
     * @param index which; 0 or more
     */
    record Discrete(int index) implements Action {

        /** Checks the index. */
        public Discrete {
            if (index < 0) {
                throw new IllegalArgumentException("index: expected 0 or more, found " + index);
            }
        }
    }

    /**
     * Several numbers, such as the torque of each joint. A model's are as it predicts them, not clipped to the space.
     *
     * @param values one or more
     */
    record Continuous(float[] values) implements Action {

        /** Copies the values. */
        public Continuous {
            values = Arguments.require(values, "values").clone();
        }

        @Override
        public float[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Continuous(float[] others) && Arrays.equals(values, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }
}
