package io.tesserae.loaders.episode;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * How sequences that are too long are cut: {@code truncation} and {@code truncation_side} of {@code JatProcessor}. Every part of an episode is
 * cut alike: its observations, its actions and its rewards.
 *
 * @param maxLength entries of a sequence at most; 1 or more
 * @param side where entries are taken away
 * @param rest what becomes of them
 */
public record Truncation(int maxLength, Side side, Rest rest) {

    /** An end of a sequence. */
    public enum Side {
        /** The beginning. */
        LEFT,
        /** The end. */
        RIGHT
    }

    /** What becomes of what is cut off. */
    public enum Rest {
        /** It is lost: {@code lossy}. */
        LOST,
        /** It makes further sequences, of which the last may be shorter: {@code preserve}. */
        PRESERVED
    }

    /** Checks the length: the reference takes negative ones, and cuts at the wrong end. */
    public Truncation {
        Arguments.require(side, "side");
        Arguments.require(rest, "rest");
        if (maxLength < 1) {
            throw new IllegalArgumentException("maxLength: expected 1 or more, found " + maxLength);
        }
    }

    /**
     * Cuts sequences.
     *
     * @return those that are short enough as they are; each of the others cut, or its pieces, from the end backwards where the side is the left
     */
    public <T> List<List<T>> cut(List<? extends List<T>> sequences) {
        List<List<T>> all = new ArrayList<>();
        for (List<T> sequence : Arguments.requireAll(sequences, "sequences")) {
            if (rest == Rest.LOST || sequence.size() <= maxLength) {
                all.add(piece(sequence, 0));
            } else {
                for (int taken = 0; taken < sequence.size(); taken += maxLength) {
                    all.add(piece(sequence, taken));
                }
            }
        }
        return List.copyOf(all);
    }

    /** What comes after so many entries from the right side, or before them from the left. */
    private <T> List<T> piece(List<T> sequence, int taken) {
        int length = sequence.size();
        return List.copyOf(
                side == Side.RIGHT
                        ? sequence.subList(taken, Math.min(length, taken + maxLength))
                        : sequence.subList(Math.max(0, length - taken - maxLength), length - taken));
    }
}
