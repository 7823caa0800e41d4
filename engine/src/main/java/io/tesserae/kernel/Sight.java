package io.tesserae.kernel;

/**
 * Which keys a query sees: an interval of its sequence's keys. A key outside is skipped, as if it were not there: whatever
 * it and its value hold enters neither the maximum of the scores, nor their sum, nor the context.
 *
 * <p>A query is known by its place among the keys of its sequence, see {@link AttentionPattern}. The ends may lie outside the
 * sequence: then they are the sequence's. Where the interval is empty, the query's context and probabilities are zero.
 */
public sealed interface Sight {

    /** Every key of the sequence: an encoder's attention. */
    Sight EVERYTHING = new Everything();

    /** The keys up to the query's own place: a decoder's attention. */
    Sight CAUSAL = new Causal();

    /** The first key that is seen. */
    int firstKey(int sequence, int place);

    /** The key behind the last that is seen. */
    int endKey(int sequence, int place);

    /** See {@link #EVERYTHING}. */
    record Everything() implements Sight {
        @Override
        public int firstKey(int sequence, int place) {
            return 0;
        }

        @Override
        public int endKey(int sequence, int place) {
            return Integer.MAX_VALUE;
        }
    }

    /** See {@link #CAUSAL}. */
    record Causal() implements Sight {
        @Override
        public int firstKey(int sequence, int place) {
            return 0;
        }

        @Override
        public int endKey(int sequence, int place) {
            return place + 1;
        }
    }

    /**
     * The first keys of each sequence; those behind them see, and are not seen.
     *
     * @param endKeys {@code [sequences]}, how many of each are seen
     */
    record Beginning(int[] endKeys) implements Sight {
        @Override
        public int firstKey(int sequence, int place) {
            return 0;
        }

        @Override
        public int endKey(int sequence, int place) {
            return endKeys[sequence];
        }
    }

    /**
     * The keys near by: Beltagy et al., arXiv 2004.05150, section 3.1.
     *
     * @param before keys before the query's own place; 0 or more
     * @param after keys behind it; 0 or more
     */
    record Window(int before, int after) implements Sight {

        /** Checks both. */
        public Window {
            if (before < 0 || after < 0) {
                throw new IllegalArgumentException(
                        "expected a window of 0 or more keys on each side, found " + before + " and " + after);
            }
        }

        /** As many keys on each side. */
        public static Window symmetric(int halfWidth) {
            return new Window(halfWidth, halfWidth);
        }

        /** So many keys, of which the query's own is the last; 1 or more. */
        public static Window causal(int width) {
            return new Window(width - 1, 0);
        }

        @Override
        public int firstKey(int sequence, int place) {
            return Math.clamp((long) place - before, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }

        @Override
        public int endKey(int sequence, int place) {
            return Math.clamp((long) place + after + 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
    }

    /**
     * Any interval for each query, as of texts that are packed into one sequence.
     *
     * @param firstKeys per sequence, the first key that the query of each place sees
     * @param endKeys per sequence, the key behind the last that it sees
     */
    record Ranges(int[][] firstKeys, int[][] endKeys) implements Sight {
        @Override
        public int firstKey(int sequence, int place) {
            return firstKeys[sequence][place];
        }

        @Override
        public int endKey(int sequence, int place) {
            return endKeys[sequence][place];
        }
    }
}
