package io.tesserae.layer.decoder;

import io.tesserae.kernel.Sight;

/**
 * Which rows of its memory each token of a sequence sees: of several pictures, say, those of the one that came last. A token behind
 * those that are known here, one that is being written, sees what the last of them does.
 *
 * @param firstRows {@code [memories][tokens]}, of the rows of the token's memory the first that it sees
 * @param endRows {@code [memories][tokens]}, the row behind the last; where it is not behind the first, the token sees none
 */
public record MemorySight(int[][] firstRows, int[][] endRows) {

    /** Every token sees all rows. */
    public static final MemorySight EVERYTHING = new MemorySight(new int[0][], new int[0][]);

    boolean isEverything() {
        return firstRows.length == 0;
    }

    /** What the queries of a pass see, each known by its index among those of its sequence. */
    Sight of(int[] memoryOf, int[] queryStarts, int[] places) {
        if (isEverything()) {
            return Sight.EVERYTHING;
        }
        int[][] first = new int[memoryOf.length][];
        int[][] end = new int[memoryOf.length][];
        for (int sequence = 0; sequence < memoryOf.length; sequence++) {
            int[] known = firstRows[memoryOf[sequence]];
            int queries = queryStarts[sequence + 1] - queryStarts[sequence];
            first[sequence] = new int[queries];
            end[sequence] = new int[queries];
            for (int query = 0; query < queries; query++) {
                int token = Math.min(places[queryStarts[sequence] + query], known.length - 1);
                first[sequence][query] = known[token];
                end[sequence][query] = endRows[memoryOf[sequence]][token];
            }
        }
        return new Sight.Ranges(first, end);
    }

    /** For each query its index among those of its sequence. */
    static int[] placesWithin(int[] queryStarts) {
        int[] places = new int[queryStarts[queryStarts.length - 1]];
        for (int sequence = 0; sequence < queryStarts.length - 1; sequence++) {
            for (int query = queryStarts[sequence]; query < queryStarts[sequence + 1]; query++) {
                places[query] = query - queryStarts[sequence];
            }
        }
        return places;
    }
}
