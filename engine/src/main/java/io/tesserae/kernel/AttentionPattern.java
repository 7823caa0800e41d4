package io.tesserae.kernel;

import java.util.Arrays;

/**
 * Which queries attend to which keys: sequence s of a ragged batch has the query rows {@code queryStarts[s]} to
 * {@code queryStarts[s + 1]} and the key rows {@code keyStarts[s]} to {@code keyEnds[s]}, of which each query sees some. Keys need
 * not follow each other: those in a cache have room behind them, and sequences may share them.
 *
 * <p>A query has a <em>place</em>: the index, among the keys of its sequence, of the token that it belongs to. Sights and biases
 * are functions of that place, so they mean the same for a whole sequence, for some rows of it, and for one more token of it.
 *
 * @param queryStarts {@code [sequences + 1]}, ascending from 0 to the number of queries
 * @param keyStarts {@code [sequences]}, where each sequence's keys begin; more may follow
 * @param keyEnds {@code [sequences]}, where they end
 * @param places {@code [queries]}; none where each sequence's queries belong to the last of its keys, as all tokens of a
 *     sequence do, and the newest where older keys are cached
 * @param sight which keys a query sees
 * @param bias what is added to the scores
 */
public record AttentionPattern(
        int[] queryStarts, int[] keyStarts, int[] keyEnds, int[] places, Sight sight, ScoreBias bias) {

    /** For {@link #places}: each sequence's queries belong to the last of its keys. */
    public static final int[] LAST = {};

    /** Checks that the arrays fit together. */
    public AttentionPattern {
        int sequences = queryStarts.length - 1;
        if (sequences < 0 || keyStarts.length < sequences || keyEnds.length != sequences) {
            throw new IllegalArgumentException("expected keys of each of the " + sequences + " sequences, found "
                    + keyStarts.length + " starts and " + keyEnds.length + " ends");
        }
        if (places.length != 0 && places.length != queryStarts[sequences]) {
            throw new IllegalArgumentException("expected a place for each of the " + queryStarts[sequences]
                    + " queries, or none, found " + places.length);
        }
    }

    /** Every query sees every key of its sequence, and nothing is added to the scores. */
    public static AttentionPattern everything(int[] queryStarts, int[] keyStarts) {
        return ragged(queryStarts, keyStarts, LAST, Sight.EVERYTHING, ScoreBias.NONE);
    }

    /**
     * Sequences whose keys follow each other.
     *
     * @param keyStarts {@code [sequences + 1]}, ascending from 0 to the number of keys
     */
    public static AttentionPattern ragged(
            int[] queryStarts, int[] keyStarts, int[] places, Sight sight, ScoreBias bias) {
        if (keyStarts.length != queryStarts.length) {
            throw new IllegalArgumentException("expected as many starts of queries as of keys, found "
                    + queryStarts.length + " and " + keyStarts.length);
        }
        int[] keyEnds = Arrays.copyOfRange(keyStarts, Math.min(1, keyStarts.length), keyStarts.length);
        return new AttentionPattern(queryStarts, keyStarts, keyEnds, places, sight, bias);
    }

    /** The same queries and keys, to whose scores something else is added. */
    AttentionPattern withBias(ScoreBias other) {
        return other == bias ? this : new AttentionPattern(queryStarts, keyStarts, keyEnds, places, sight, other);
    }

    /** How many sequences there are. */
    public int sequences() {
        return queryStarts.length - 1;
    }

    /** How many queries a sequence has. */
    public int queries(int sequence) {
        return queryStarts[sequence + 1] - queryStarts[sequence];
    }

    /** How many keys a sequence has. */
    public int keys(int sequence) {
        return keyEnds[sequence] - keyStarts[sequence];
    }

    /** Queries times keys, over all sequences. */
    long pairs() {
        long pairs = 0;
        for (int sequence = 0; sequence < sequences(); sequence++) {
            pairs += (long) queries(sequence) * keys(sequence);
        }
        return pairs;
    }

    /** The place of a sequence's query, counted from the sequence's first. */
    public int place(int sequence, int query) {
        return places.length == 0 ? keys(sequence) - queries(sequence) + query : places[queryStarts[sequence] + query];
    }

    /** The first key that a sequence's query sees, of those that there are. */
    public int firstKey(int sequence, int query) {
        return Math.max(0, sight.firstKey(sequence, place(sequence, query)));
    }

    /** The key behind the last that a sequence's query sees; where that is not behind the first it sees none. */
    public int endKey(int sequence, int query) {
        return Math.min(keys(sequence), sight.endKey(sequence, place(sequence, query)));
    }
}
