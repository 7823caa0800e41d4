package io.tesserae.tokenizer;

import io.tesserae.tokenizer.piece.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Shortens token sequences before the special tokens are put around them.
 *
 * <p>The rules are those of the reference at version 0.22.2: later ones (0.23.1 on) stop tokenizing early, which
 * loses windows and sometimes shortens the wrong sequence (huggingface/tokenizers issue 2091).
 */
final class Truncation {

    /** The tokens {@code [from, to)} of a sequence. */
    record Window(TokenSequence tokens, int from, int to) {
        /** Of a sequence that is not there. */
        static final Window NONE = new Window(new TokenSequence(0), 0, 0);

        int size() {
            return to - from;
        }

        static Window all(TokenSequence tokens) {
            return new Window(tokens, 0, tokens.size());
        }
    }

    /** How many tokens each sequence keeps. */
    record Lengths(int first, int second) {}

    /** The length of a sequence that is not there. */
    static final int ABSENT = -1;

    private Truncation() {}

    /**
     * Decides how many tokens each sequence keeps.
     *
     * @param first how many the first has
     * @param second how many the second has, or {@link #ABSENT}
     * @param room how many there is room for, special tokens not counted
     * @throws IllegalArgumentException if the strategy names a sequence that is too short to make room, or is not there
     */
    static Lengths lengths(int first, int second, int room, TruncationStrategy strategy) {
        boolean pair = second != ABSENT;
        long total = (long) first + Math.max(second, 0);
        if (strategy == TruncationStrategy.DO_NOT_TRUNCATE || total <= room) {
            return new Lengths(first, second);
        }
        if (room == 0) {
            return new Lengths(0, pair ? 0 : ABSENT);
        }
        long excess = total - room;
        return switch (strategy) {
            case DO_NOT_TRUNCATE -> new Lengths(first, second);
            case LONGEST_FIRST -> pair ? longestFirst(first, second, room) : new Lengths(room, ABSENT);
            case ONLY_FIRST -> new Lengths(shorten("first", first, excess), second);
            case ONLY_SECOND -> {
                if (!pair) {
                    throw new IllegalArgumentException(
                            "truncation is ONLY_SECOND and the text too long, but there is no second text");
                }
                yield new Lengths(first, shorten("second", second, excess));
            }
        };
    }

    /**
     * Takes from the longer until both are equally long, then from both in turn; the odd token stays with the longer.
     */
    private static Lengths longestFirst(int first, int second, int room) {
        boolean firstIsLonger = first > second;
        int shorter = Math.min(first, second);
        int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
        if ((long) shorter + longer > room) {
            shorter = room / 2;
            longer = room - shorter;
        }
        return firstIsLonger ? new Lengths(longer, shorter) : new Lengths(shorter, longer);
    }

    private static int shorten(String which, int length, long excess) {
        if (length <= excess) {
            throw new IllegalArgumentException("the " + which + " text has " + length + " tokens, too few to take the "
                    + excess + " from it that are too many; truncate LONGEST_FIRST, or allow a greater length");
        }
        return (int) (length - excess);
    }

    /**
     * Cuts a sequence into windows.
     *
     * @param keep how many tokens the first window has
     * @param stride how many tokens of one window the next begins with
     * @param side the end that is cut off: windows begin at the other
     * @param overflow whether windows after the first are wanted
     * @return one window or more; the first is what the sequence keeps
     * @throws IllegalArgumentException if the stride is not smaller than the windows
     */
    static List<Window> windows(TokenSequence tokens, int keep, int stride, Side side, boolean overflow) {
        int size = tokens.size();
        if (keep >= size) {
            return List.of(Window.all(tokens));
        }
        if (keep == 0) {
            return overflow ? List.of(new Window(tokens, 0, 0), Window.all(tokens)) : List.of(new Window(tokens, 0, 0));
        }
        if (!overflow) {
            return List.of(side == Side.RIGHT ? new Window(tokens, 0, keep) : new Window(tokens, size - keep, size));
        }
        if (stride >= keep) {
            throw new IllegalArgumentException("the stride " + stride + " must be less than the " + keep
                    + " tokens that the text keeps, or the windows would not advance");
        }
        List<Window> windows = new ArrayList<>();
        for (int offset = 0; ; offset += keep - stride) {
            int near = offset;
            int far = Math.min(offset + keep, size);
            windows.add(
                    side == Side.RIGHT ? new Window(tokens, near, far) : new Window(tokens, size - far, size - near));
            if (far == size) {
                return windows;
            }
        }
    }

    /**
     * How many tokens two texts keep by the rules of {@link Backend#PYTHON}. Special tokens are counted before anything is cut, and what
     * has to go is taken off in one step.
     *
     * <p>Source: {@code truncate_sequences} in {@code tokenization_python.py}, version 5.18. That one returns too many tokens where the
     * text that it may shorten is too short, or not there; here these texts are refused.
     *
     * @param limit the most tokens, special ones counted
     * @param side the end that is cut off
     */
    record OfPython(Template template, int limit, Side side) {

        /**
         * Decides how many tokens each text keeps.
         *
         * @param first how many the first has
         * @param second how many the second has, or {@link Truncation#ABSENT}
         * @throws IllegalArgumentException if more than the limit would be left
         */
        Lengths lengths(int first, int second, TruncationStrategy strategy) {
            boolean isPair = second != ABSENT;
            long excess = total(first, second) - limit;
            if (strategy == TruncationStrategy.DO_NOT_TRUNCATE || excess <= 0) {
                return new Lengths(first, second);
            }
            Lengths kept = switch (strategy) {
                case DO_NOT_TRUNCATE -> new Lengths(first, second);
                case LONGEST_FIRST ->
                    isPair ? longestFirst(first, second, excess) : new Lengths(without(first, excess), second);
                case ONLY_FIRST -> new Lengths(without(first, excess), second);
                case ONLY_SECOND -> new Lengths(first, isPair ? without(second, excess) : ABSENT);
            };
            boolean isNone = limit == 0; // to the reference that is no limit
            if (isNone || total(kept.first(), kept.second()) > limit) {
                throw new IllegalArgumentException(
                        "truncation is " + strategy + " to " + limit + " tokens, but that would leave "
                                + total(kept.first(), kept.second()) + " with the special ones; "
                                + (strategy == TruncationStrategy.LONGEST_FIRST ? "" : "truncate LONGEST_FIRST, or ")
                                + "allow a greater length");
            }
            return kept;
        }

        private long total(int first, int second) {
            boolean isPair = second != ABSENT;
            return (long) first + Math.max(second, 0) + template.specialTokens(isPair);
        }

        private static int without(int length, long excess) {
            return (int) Math.max(0, length - excess);
        }

        /** What the longer has more goes first, and then as much of both; the odd one goes from the second. */
        private Lengths longestFirst(int first, int second, long excess) {
            if (second == 0 && side == Side.LEFT) {
                return new Lengths(without(first, firstShare(first, second, excess)), ABSENT);
            }
            long fromFirst = firstShare(first, second, excess);
            return new Lengths(without(first, fromFirst), without(second, excess - fromFirst));
        }

        private static long firstShare(int first, int second, long excess) {
            long difference = Math.min(Math.abs((long) first - second), excess);
            long half = (excess - difference) / 2;
            return first > second ? difference + half : half;
        }
    }
}
