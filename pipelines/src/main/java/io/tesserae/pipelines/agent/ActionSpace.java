package io.tesserae.pipelines.agent;

/** What may be done in an environment: Gymnasium's {@code Space}. */
public sealed interface ActionSpace {

    /**
     * One of several actions: {@code gymnasium.spaces.Discrete}.
     *
     * @param count how many; 1 or more
     */
    record Discrete(int count) implements ActionSpace {

        /** Checks the count. */
        public Discrete {
            if (count < 1) {
                throw new IllegalArgumentException("count: expected 1 or more, found " + count);
            }
        }
    }

    /**
     * Several numbers: {@code gymnasium.spaces.Box} of one dimension. A model's actions may lie outside; the environment clips them.
     *
     * @param size how many; 1 or more
     * @param low the least of each
     * @param high the greatest of each
     */
    record Box(int size, float low, float high) implements ActionSpace {

        /** Checks size and limits. */
        public Box {
            if (size < 1) {
                throw new IllegalArgumentException("size: expected 1 or more, found " + size);
            }
            if (!(low <= high)) {
                throw new IllegalArgumentException("expected limits in order, found " + low + " and " + high);
            }
        }
    }
}
