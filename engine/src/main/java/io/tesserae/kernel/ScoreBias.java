package io.tesserae.kernel;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What is added to the scaled score of a query and a key, for each head. A query is known by its place among the keys of its
 * sequence, see {@link AttentionPattern}. There must be a number for every pair of a sequence; for a pair that is out of
 * sight, it may be any.
 */
public sealed interface ScoreBias
        permits ScoreBias.None, ScoreBias.Distances, ScoreBias.Pairs, DisentangledBias, DisentangledBias.OfTask {

    /** Nothing is added. */
    ScoreBias NONE = new None();

    /**
     * The numbers of one head: row is the query's place, column the key.
     *
     * @throws UnsupportedOperationException if nothing is added
     */
    MatrixView rows(int sequence, int head);

    /** Whether the numbers are made task by task, and each task is of one head: see {@link #forTask}. */
    default boolean isMadeForTasks() {
        return false;
    }

    /**
     * What kernels are to add in one task: most biases themselves.
     *
     * @param scratch of the thread that runs the task; may hold the numbers until the task is done
     */
    default ScoreBias forTask(
            Kernels kernels,
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            Scratch scratch) {
        return this;
    }

    /** See {@link #NONE}. */
    record None() implements ScoreBias {
        @Override
        public MatrixView rows(int sequence, int head) {
            throw new UnsupportedOperationException("no bias");
        }
    }

    /**
     * A number for each distance, {@code key - place}: relative position buckets (Raffel et al., arXiv 1910.10683, section
     * 2.1), looked up once a distance and not once a pair.
     *
     * @param table {@code [heads, 2 · reach + 1]}, the distances from {@code -reach} to {@code reach}
     * @param reach the longest distance; the longest sequence's keys less one, or more
     */
    record Distances(float[] table, int reach) implements ScoreBias {

        /** Checks the table's size. */
        public Distances {
            if (reach < 0 || table.length % (2L * reach + 1) != 0) {
                throw new IllegalArgumentException("expected a table of whole rows of 2 · " + reach
                        + " + 1 distances, found " + table.length + " numbers");
            }
        }

        @Override
        public MatrixView rows(int sequence, int head) {
            // A place further on, and the same key is one distance nearer.
            return new MatrixView(table, head * (2 * reach + 1) + reach, -1);
        }
    }

    /**
     * A number for each pair of each sequence.
     *
     * @param ofSequence {@code [heads, places, keys]} of each
     */
    record Pairs(List<Tensor> ofSequence) implements ScoreBias {

        /** Copies the list, and not the numbers. */
        public Pairs {
            ofSequence = List.copyOf(ofSequence);
        }

        @Override
        public MatrixView rows(int sequence, int head) {
            Tensor pairs = ofSequence.get(sequence);
            int keys = pairs.dimension(2);
            return new MatrixView(pairs.data(), head * pairs.dimension(1) * keys, keys);
        }
    }
}
