package io.tesserae.tokenizer.text;

/** The regular expressions for whitespace that normalizers have, each read by hand. A run is as long as it can be. */
public enum SpacePattern {
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
