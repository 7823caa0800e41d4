package io.tesserae.tokenizer.text;

/**
 * One text in place of whitespace that a pattern finds. As with {@link Replace}, what is put there has the place of the last character that
 * it replaces.
 *
 * @param pattern what is found
 * @param content what stands there instead, without half surrogate pairs; short
 */
public record SpaceReplacement(Pattern pattern, String content) implements NormalizerStep {

    private static final int LONGEST_TEXT = 1 << 24;

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        char[] whole = CodePoints.withoutHalves(source, from, to);
        text.reset(from);
        for (int i = from; i < to; ) {
            int end = pattern.runEnd(whole, i, to);
            if (end == i) {
                text.append(whole[i], i, i + 1);
                i++;
                continue;
            }
            while (i < end) {
                int start = pattern.matchStart(whole, i, end, from, to);
                int stop = start < 0 ? end : start;
                while (i < stop) {
                    text.append(whole[i], i, i + 1);
                    i++;
                }
                if (start >= 0) {
                    i = pattern.matchEnd(whole, start, end, to);
                    replace(text, i);
                }
            }
        }
    }

    private void replace(NormalizedText text, int end) {
        for (int k = 0; k < content.length(); k++) {
            text.append(content.charAt(k), end - 1, end);
        }
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "the tokenizer's normalizer, which replaces whitespace by a longer text, makes more than "
                            + LONGEST_TEXT + " characters of this text; encode a shorter one");
        }
    }

    /** The regular expressions for whitespace that normalizers have, each read by hand. A run is as long as it can be. */
    public enum Pattern {
        /** {@code " {2,}"}. */
        PLAIN_RUN,
        /** {@code " +"}. */
        PLAIN,
        /** {@code \s{2,}}. */
        RUN,
        /** {@code \s+}. */
        ANY,
        /** {@code \s+$}; a line ends before {@code \n} too. */
        END,
        /** {@code ^\s+}; a line begins behind {@code \n} too. */
        BEGINNING,
        /** {@code \s{2,}|[\n\r\t]}. */
        RUN_OR_BREAK,
        /** {@code [\n\r\t]}. */
        BREAK;

        private static final int NONE = -1;

        /** Where the run of whitespace ends that {@code text[from]} belongs to; {@code from} where that is none. */
        int runEnd(char[] text, int from, int to) {
            int end = from;
            while (end < to && isMember(text[end])) {
                end++;
            }
            return end;
        }

        private boolean isMember(char c) {
            return switch (this) {
                case PLAIN_RUN, PLAIN -> c == ' ';
                case BREAK -> isBreak(c);
                default -> UnicodeTables.INSTANCE.is(c, UnicodeTables.WHITESPACE);
            };
        }

        private static boolean isBreak(char c) {
            return c == '\n' || c == '\r' || c == '\t';
        }

        /**
         * Where the next match begins in a run; {@code -1} where there is no other.
         *
         * @param from where to look, in the run
         * @param end of the run
         * @param first where the whole text begins
         */
        int matchStart(char[] text, int from, int end, int first, int to) {
            if (from == end) {
                return NONE;
            }
            return switch (this) {
                case PLAIN_RUN, RUN -> end - from >= 2 ? from : NONE;
                case PLAIN, ANY, BREAK -> from;
                case RUN_OR_BREAK -> end - from >= 2 || isBreak(text[from]) ? from : NONE;
                case END -> matchEnd(text, from, end, to) > from ? from : NONE;
                case BEGINNING -> {
                    int start = from;
                    while (start < end && start > first && text[start - 1] != '\n') {
                        start++;
                    }
                    yield start < end ? start : NONE;
                }
            };
        }

        /** Where the match that begins at a place in a run ends. */
        int matchEnd(char[] text, int from, int end, int to) {
            if (this == BREAK) {
                return from + 1;
            }
            if (this != END || end == to) {
                return end;
            }
            int last = end - 1;
            while (last > from && text[last] != '\n') {
                last--;
            }
            return last;
        }
    }
}
