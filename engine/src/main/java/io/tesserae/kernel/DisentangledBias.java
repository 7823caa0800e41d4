package io.tesserae.kernel;

import java.util.Arrays;

/**
 * A bias that depends on what the tokens are, and not on their distance alone: He et al., arXiv 2006.03654, section 3.1. Distances have
 * keys and queries of their own. Each query meets the key of its distance to a token, and that token's key meets the query of the
 * same distance; the sum of the two products, scaled as the scores are, is what is added.
 *
 * <p>Kernels never see it: {@link #forTask} makes of it the numbers of one task, just before they are wanted, in the thread's own memory. Of a
 * text of n tokens that is n · n numbers, and 2 · n · the distances' rows for the products they are looked up in. At any one place there
 * must be one query at most.
 *
 * @param positionKeys {@code [heads, headSize, rows]}, what queries meet; empty where they meet nothing
 * @param positionQueries {@code [heads, headSize, rows]}, what keys meet; empty where they meet nothing
 * @param rows how many rows there are
 * @param rowOfDistance {@code [2 · reach + 1]}, which row a distance has, from {@code -reach} on; ascending
 * @param positions of each sequence, each key's
 */
public record DisentangledBias(
        float[] positionKeys, float[] positionQueries, int rows, int[] rowOfDistance, int[][] positions)
        implements ScoreBias {

    /** So many queries at a time read neighbouring numbers of a key. */
    private static final int TOGETHER = 16;

    @Override
    public MatrixView rows(int sequence, int head) {
        throw new UnsupportedOperationException("this bias is made of queries and keys, task by task");
    }

    @Override
    public boolean isMadeForTasks() {
        return true;
    }

    /** The bias of one task alone: a number for each of its queries, by their places, and each key. */
    @Override
    public ScoreBias forTask(
            Kernels kernels,
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            Scratch scratch) {
        int keys = pattern.keys(task.sequence());
        if (keys == 0) {
            return NONE;
        }
        int[] ofKeys = positions[task.sequence()];
        int[] places = new int[task.queries()];
        int[] ofQueries = new int[task.queries()];
        for (int i = 0; i < places.length; i++) {
            places[i] = pattern.place(task.sequence(), task.firstQuery() + i);
            ofQueries[i] = ofKeys[places[i]];
        }
        int reach = rowOfDistance.length / 2;
        int firstPlace = Arrays.stream(places).min().orElseThrow();
        int endPlace = Arrays.stream(places).max().orElseThrow() + 1;
        // No other rows than those of distances that there are.
        int first = rowOfDistance[reach + least(ofQueries, ofQueries.length) - most(ofKeys, keys)];
        int columns = rowOfDistance[reach + most(ofQueries, ofQueries.length) - least(ofKeys, keys)] + 1 - first;

        AttentionShape shape = operands.shape();
        MatrixView queries = operands.queries().from(task.head() * shape.headSize());
        int queryFrom = pattern.queryStarts()[task.sequence()] + task.firstQuery();
        float[] ofContent = scratch.floats(Scratch.Use.QUERIES_BY_DISTANCE, Math.multiplyExact(places.length, columns));
        Meeting queriesMeet = new Meeting(queries, queryFrom, places.length, positionKeys, first, columns);
        int queryStep = meet(kernels, scratch, shape, task.head(), queriesMeet, ofContent);

        MatrixView ownKeys = operands.keys().from(shape.keyHead(task.head()) * shape.headSize());
        int keyFrom = pattern.keyStarts()[task.sequence()];
        float[] ofPositions = scratch.floats(Scratch.Use.KEYS_BY_DISTANCE, Math.multiplyExact(keys, columns));
        Meeting keysMeet = new Meeting(ownKeys, keyFrom, keys, positionQueries, first, columns);
        int keyStep = meet(kernels, scratch, shape, task.head(), keysMeet, ofPositions);

        float[] sums = scratch.floats(
                Scratch.Use.BIAS_OF_TASK, Math.multiplyExact(endPlace - firstPlace, keys)); // [places, keys]
        for (int from = 0; from < places.length; from += TOGETHER) {
            int to = Math.min(places.length, from + TOGETHER);
            for (int key = 0; key < keys; key++) {
                for (int query = from; query < to; query++) {
                    int column = rowOfDistance[reach + ofQueries[query] - ofKeys[key]] - first;
                    float sum = ofContent[query * queryStep + column] + ofPositions[key * keyStep + column];
                    sums[(places[query] - firstPlace) * keys + key] = sum * shape.scale();
                }
            }
        }
        return new OfTask(new MatrixView(sums, -firstPlace * keys, keys));
    }

    private static int least(int[] numbers, int count) {
        return Arrays.stream(numbers, 0, count).min().orElseThrow();
    }

    private static int most(int[] numbers, int count) {
        return Arrays.stream(numbers, 0, count).max().orElseThrow();
    }

    /**
     * What meets what.
     *
     * @param content rows of a head's queries or keys
     * @param from the first of them
     * @param count how many
     * @param ofDistances {@code [heads, headSize, rows]}, or empty
     * @param first of the rows that are met
     * @param columns how many rows are met
     */
    private record Meeting(MatrixView content, int from, int count, float[] ofDistances, int first, int columns) {}

    /**
     * All products of queries, or keys, and the rows of distances; zeros where there are none.
     *
     * @param out receives {@code [count, columns]}
     * @return from one row of that to the next
     */
    private int meet(Kernels kernels, Scratch scratch, AttentionShape shape, int head, Meeting meeting, float[] out) {
        int columns = meeting.columns();
        if (meeting.ofDistances().length == 0) {
            Arrays.fill(out, 0, columns, 0f); // which all rows share
            return 0;
        }
        MatrixView content = meeting.content();
        int headSize = shape.headSize();
        MatrixProducts.multiplyAlone(
                kernels,
                scratch,
                new MatrixProducts.Operand(
                        new MatrixView(content.data(), content.row(meeting.from()), content.stride()), false),
                new MatrixProducts.Operand(
                        new MatrixView(meeting.ofDistances(), head * headSize * rows + meeting.first(), rows), false),
                new MatrixProducts.Size(meeting.count(), headSize, columns),
                new MatrixView(out, 0, columns));
        return columns;
    }

    /** What has been made for a task: rows are the places of its queries. */
    record OfTask(MatrixView numbers) implements ScoreBias {
        @Override
        public MatrixView rows(int sequence, int head) {
            return numbers;
        }
    }
}
