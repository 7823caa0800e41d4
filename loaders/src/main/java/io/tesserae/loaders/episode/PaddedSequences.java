package io.tesserae.loaders.episode;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences that are made equally long: {@code padding} of {@code JatProcessor}, which fills up with the first entry of each. Tesserae's own
 * models need none of it; this is for those who want rectangular arrays.
 *
 * @param sequences {@code [sequences][length]}
 * @param attentionMask {@code [sequences][length]}: 1 at what was there before, 0 at what fills up
 */
public record PaddedSequences<T>(List<List<T>> sequences, List<List<Integer>> attentionMask) {

    /** Keeps its own lists. */
    public PaddedSequences {
        sequences = List.copyOf(Arguments.requireAll(sequences, "sequences"));
        attentionMask = List.copyOf(Arguments.requireAll(attentionMask, "attentionMask"));
    }

    /**
     * Fills up at the right. What is longer stays as it is.
     *
     * @param length 0 or more
     * @throws IllegalArgumentException if a sequence that is to be filled up has no first entry
     */
    public static <T> PaddedSequences<T> of(List<? extends List<T>> sequences, int length) {
        List<List<T>> filled = new ArrayList<>();
        List<List<Integer>> mask = new ArrayList<>();
        for (List<T> sequence : Arguments.requireAll(sequences, "sequences")) {
            if (sequence.isEmpty() && length > 0) {
                throw new IllegalArgumentException(
                        "sequences: expected one entry or more, with the first of which they are filled up, found none in"
                                + " sequence " + filled.size());
            }
            List<T> entries = new ArrayList<>(sequence);
            List<Integer> ones = new ArrayList<>(sequence.stream().map(_ -> 1).toList());
            while (entries.size() < length) {
                entries.add(entries.getFirst());
                ones.add(0);
            }
            filled.add(List.copyOf(entries));
            mask.add(List.copyOf(ones));
        }
        return new PaddedSequences<>(filled, mask);
    }

    /** Fills up to the longest. */
    public static <T> PaddedSequences<T> toLongest(List<? extends List<T>> sequences) {
        return of(
                sequences,
                Arguments.requireAll(sequences, "sequences").stream()
                        .mapToInt(List::size)
                        .max()
                        .orElse(0));
    }

    /**
     * With entries that are not to be looked at, though they were there before.
     *
     * @param given {@code [sequences][entries]}, 0 at these; what is missing counts as 0
     * @throws IllegalArgumentException if there is not one for each sequence
     */
    public PaddedSequences<T> masked(List<? extends List<Integer>> given) {
        if (Arguments.requireAll(given, "given").size() != attentionMask.size()) {
            throw new IllegalArgumentException("given: expected a mask for each of the " + attentionMask.size()
                    + " sequences, found " + given.size());
        }
        List<List<Integer>> both = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            List<Integer> row = new ArrayList<>();
            for (int j = 0; j < attentionMask.get(i).size(); j++) {
                boolean isSeen = j < given.get(i).size() && given.get(i).get(j) != 0;
                row.add(isSeen ? attentionMask.get(i).get(j) : 0);
            }
            both.add(List.copyOf(row));
        }
        return new PaddedSequences<>(sequences, both);
    }
}
