package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.ACCENT;
import static io.tesserae.tokenizer.text.UnicodeTables.COMBINING;
import static io.tesserae.tokenizer.text.UnicodeTables.COMPOSED;
import static io.tesserae.tokenizer.text.UnicodeTables.REMOVED;

/**
 * Combining marks that stripping accents does not drop. They are the rare case in which the order of steps matters: a decomposed text
 * has the marks behind a letter in the order of their combining classes, so the {@link Normalizer} cannot take them one by one.
 *
 * @param normalizer which writes what is kept
 * @param cleanText whether control characters are dropped
 */
record Marks(Normalizer normalizer, boolean cleanText) {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    /** Whether stripping accents leaves a mark of this code point: then the marks beside it decide where that goes. */
    static boolean keepsMark(int codePoint) {
        int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
        int count = decompose(codePoint, parts);
        for (int part = 0; part < count; part++) {
            if (UNICODE.is(parts[part], COMBINING) && !UNICODE.is(parts[part], ACCENT)) {
                return true;
            }
        }
        return false;
    }

    /** The decomposition of any code point; of most it is the code point itself. */
    private static int decompose(int codePoint, int[] into) {
        if (UNICODE.is(codePoint, COMPOSED)) {
            return UNICODE.decompose(codePoint, into);
        }
        into[0] = codePoint;
        return 1;
    }

    /**
     * Normalizes a run of marks of which at least one is kept, in the order of their combining classes. When this is called,
     * all that stands before the run has been written, and nothing of the run: the marks before the first that is kept were
     * accents, which are dropped.
     *
     * <p>The reference aligns characters by counting: each source character is consumed by the first part of
     * whichever decomposition comes next after sorting. So spans do not move with the marks that change places, and
     * the same is done here.
     *
     * @param start of the code point that the run begins with or, decomposed, ends in
     * @return the end of the run
     */
    int normalize(char[] source, int start, int to, NormalizedText text) {
        MarkRun run = new MarkRun();
        int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
        int i = start;
        while (i < to) {
            int codePoint = CodePoints.at(source, i, to);
            int end = i + Character.charCount(codePoint);
            if (cleanText && UNICODE.is(codePoint, REMOVED)) {
                i = end; // gone before the text is decomposed: marks meet across it
                continue;
            }
            int count = decompose(codePoint, parts);
            boolean startsRun = i == start;
            if (!UNICODE.is(parts[0], COMBINING) && !startsRun) {
                break;
            }
            run.addSource(i, end);
            for (int part = 0; part < count; part++) {
                if (UNICODE.is(parts[part], COMBINING)) {
                    run.addMark(parts[part], UNICODE.combiningClass(parts[part]), part > 0);
                } else {
                    run.consumeFirst(); // the letter before the marks: already written
                }
            }
            i = end;
        }
        run.sort();
        while (run.next()) {
            int flags = UNICODE.flags(run.mark());
            if ((flags & ACCENT) == 0) {
                normalizer.appendLowered(run.mark(), flags, run.start(), run.end(), text);
            }
        }
        return i;
    }

    /** Where the run of marks begins to which the mark at {@code i} belongs: after the last character that is none. */
    int start(char[] source, int from, int i) {
        int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
        int start = i;
        for (int before = i; before > from; ) {
            int codePoint = CodePoints.before(source, from, before);
            before -= Character.charCount(codePoint);
            if (cleanText && UNICODE.is(codePoint, REMOVED)) {
                continue;
            }
            int count = decompose(codePoint, parts);
            if (!UNICODE.is(parts[count - 1], COMBINING)) {
                return start;
            }
            start = before;
            if (!UNICODE.is(parts[0], COMBINING)) {
                return start;
            }
        }
        return start;
    }
}
