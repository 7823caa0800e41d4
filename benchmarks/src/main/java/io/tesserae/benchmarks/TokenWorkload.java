package io.tesserae.benchmarks;

import io.tesserae.model.TokenBatch;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A batch of token sequences to run a text model on.
 *
 * <p>The ids are made by a rule, not drawn, so that every engine, in whatever language, is fed the same batch and the
 * answers can be compared: {@code (7919 row + 104729 column) mod 1999 + 1}, which any vocabulary of 2000 or more holds.
 *
 * @param lengths the number of tokens of each sequence; one or more of them, each one or more
 */
public record TokenWorkload(List<Integer> lengths) implements Workload {

    public TokenWorkload {
        lengths = List.copyOf(lengths);
        if (lengths.isEmpty() || Collections.min(lengths) < 1) {
            throw new IllegalArgumentException(
                    "a workload needs at least one sequence, and each at least one token; found lengths " + lengths);
        }
    }

    /** A batch of sequences that are all of one length. */
    public static TokenWorkload of(int batch, int length) {
        return new TokenWorkload(Collections.nCopies(batch, length));
    }

    /**
     * Reads what {@link #toString()} writes: {@code 8x128} is 8 sequences of 128 tokens, {@code 3+9+16} three sequences
     * of those lengths.
     *
     * @throws NumberFormatException if the text has another form
     */
    static TokenWorkload parse(String text) {
        if (text.contains("x")) {
            String[] sides = text.split("x", 2);
            return of(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        }
        return new TokenWorkload(
                Arrays.stream(text.split("\\+", -1)).map(Integer::valueOf).toList());
    }

    /** The number of sequences. */
    @Override
    public int batch() {
        return lengths.size();
    }

    /** The number of tokens of the longest sequence. */
    public int longest() {
        return Collections.max(lengths);
    }

    @Override
    public Unit unit() {
        return Unit.TOKENS;
    }

    /** The number of tokens, padding not counted. */
    @Override
    public int units() {
        return lengths.stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether an engine that wants rectangular batches has to pad this one. */
    public boolean isRagged() {
        return Collections.min(lengths) < longest();
    }

    /** The ids {@code [batch, longest]}, 0 where the mask is 0. */
    public long[][] inputIds() {
        long[][] inputIds = new long[batch()][longest()];
        for (int row = 0; row < batch(); row++) {
            for (int column = 0; column < lengths.get(row); column++) {
                inputIds[row][column] = (row * 7919L + column * 104729L) % 1999 + 1;
            }
        }
        return inputIds;
    }

    /** 1 for a token, 0 for padding, {@code [batch, longest]}. */
    public long[][] attentionMask() {
        long[][] attentionMask = new long[batch()][longest()];
        for (int row = 0; row < batch(); row++) {
            Arrays.fill(attentionMask[row], 0, lengths.get(row), 1);
        }
        return attentionMask;
    }

    /** The batch without its padding. */
    TokenBatch tokenBatch() {
        long[][] padded = inputIds();
        int[][] sequences = new int[batch()][];
        Arrays.setAll(
                sequences,
                row -> Arrays.stream(padded[row], 0, lengths.get(row))
                        .mapToInt(Math::toIntExact)
                        .toArray());
        return TokenBatch.of(sequences);
    }

    @Override
    public String toString() {
        return isRagged()
                ? lengths.stream().map(String::valueOf).collect(Collectors.joining("+"))
                : batch() + "x" + longest();
    }
}
