package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.ACCENT;
import static io.tesserae.tokenizer.text.UnicodeTables.CHINESE;
import static io.tesserae.tokenizer.text.UnicodeTables.COMBINING;
import static io.tesserae.tokenizer.text.UnicodeTables.COMPOSED;
import static io.tesserae.tokenizer.text.UnicodeTables.REMOVED;
import static io.tesserae.tokenizer.text.UnicodeTables.SPACE;
import static io.tesserae.tokenizer.text.UnicodeTables.UPPER;

/**
 * The first stage: cleans a text, sets Chinese characters apart, strips accents and lowers the case, in this order.
 *
 * <p>The reference ({@code BertNormalizer}) makes a pass over the text for each step. Every step looks at one code
 * point at a time, but for one: a decomposed text has the marks behind a letter in the order of their combining
 * classes. So one pass does it all, and where the order can matter, {@link #normalizeMarks} takes over for as long as
 * the marks last. It seldom does: nearly all marks are accents and vanish, whatever their order. And what one char alone
 * becomes need be found out only once: {@link NormalForms} keeps it, and most text is normalized by looking up its chars.
 *
 * <p>Half a surrogate pair is no character: the reference cannot even be given one. It is read as U+FFFD, which is
 * what it becomes when text is decoded with replacement, and which cleaning drops.
 */
final class Normalizer implements NormalizerStep {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    private static final int CAPITAL_I_WITH_DOT = 0x130;
    private static final int COMBINING_DOT_ABOVE = 0x307;

    private final boolean cleanText;
    private final boolean spaceChinese;
    private final boolean stripAccents;
    private final boolean lowerCase;
    private final NormalForms forms;

    Normalizer(boolean cleanText, boolean spaceChinese, boolean stripAccents, boolean lowerCase) {
        this.cleanText = cleanText;
        this.spaceChinese = spaceChinese;
        this.stripAccents = stripAccents;
        this.lowerCase = lowerCase;
        this.forms = new NormalForms(this);
    }

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        text.reset(from);
        for (int i = text.appendForms(source, from, to, forms); i < to; i = text.appendForms(source, i, to, forms)) {
            i = normalizeCodePoint(source, from, i, to, text);
        }
    }

    /** The form of a char that stands alone, if it is the same wherever the char stands; see {@link NormalForms#of}. */
    char formAlone(char c) {
        if (Character.isSurrogate(c) || stripAccents && keepsMark(c)) {
            return NormalForms.INVOLVED;
        }
        NormalizedText text = new NormalizedText(1);
        text.reset(0);
        normalizeCodePoint(new char[] {c}, 0, 0, 1, text);
        return switch (text.length()) {
            case 0 -> NormalForms.DROPPED;
            case 1 -> (char) Math.min(text.characters()[0], NormalForms.INVOLVED); // U+FFFE and U+FFFF are chars too
            default -> NormalForms.INVOLVED;
        };
    }

    /** Normalizes the code point at {@code i}, or the run of marks that begins with it; returns where to go on. */
    private int normalizeCodePoint(char[] source, int from, int i, int to, NormalizedText text) {
        int codePoint = CodePoints.at(source, i, to);
        int end = i + Character.charCount(codePoint);
        int flags = UNICODE.flags(codePoint);
        if (cleanText && (flags & (REMOVED | SPACE)) != 0) {
            if ((flags & SPACE) != 0) {
                text.append(' ', i, end);
            }
            return end;
        }
        boolean spaced = spaceChinese && (flags & CHINESE) != 0;
        if (spaced) {
            text.append(' ', i, end);
        }
        if (stripAccents && (flags & (ACCENT | COMBINING | COMPOSED)) != 0) {
            end = stripAccents(source, from, i, to, text);
        } else {
            appendLowered(codePoint, flags, i, end, text);
        }
        if (spaced) {
            text.append(' ', i, end);
        }
        return end;
    }

    /** Decomposes the code point at {@code i} and drops the accents; returns where to go on. */
    private int stripAccents(char[] source, int from, int i, int to, NormalizedText text) {
        int codePoint = CodePoints.at(source, i, to);
        int end = i + Character.charCount(codePoint);
        int flags = UNICODE.flags(codePoint);
        if ((flags & COMPOSED) == 0) {
            if ((flags & ACCENT) != 0) {
                return end;
            }
            return normalizeMarks(source, startOfMarks(source, from, i), to, text);
        }
        int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
        int count = UNICODE.decompose(codePoint, parts);
        for (int part = 0; part < count; part++) {
            int partFlags = UNICODE.flags(parts[part]);
            if ((partFlags & ACCENT) == 0) {
                if ((partFlags & COMBINING) != 0) {
                    return normalizeMarks(source, part > 0 ? i : startOfMarks(source, from, i), to, text);
                }
                appendLowered(parts[part], partFlags, i, end, text);
            }
        }
        return end;
    }

    private void appendLowered(int codePoint, int flags, int start, int end, NormalizedText text) {
        if (!lowerCase) {
            text.appendCodePoint(codePoint, start, end);
        } else if (codePoint == CAPITAL_I_WITH_DOT) { // alone in having a lower-case form of two code points
            text.append('i', start, end);
            text.append((char) COMBINING_DOT_ABOVE, start, end);
        } else {
            text.appendCodePoint((flags & UPPER) != 0 ? UNICODE.lower(codePoint) : codePoint, start, end);
        }
    }

    // --- Marks that are not dropped ---

    /** Whether stripping accents leaves a mark of this code point: then the marks beside it decide where that goes. */
    private static boolean keepsMark(int codePoint) {
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
     * Normalizes a run of marks of which at least one is kept, in the order of their combining classes. What comes
     * before the run has been written, and nothing of the run, as only accents preceded the mark that led here.
     *
     * <p>The reference aligns characters by counting: each source character is consumed by the first part of
     * whichever decomposition comes next after sorting. So spans do not move with the marks that change places, and
     * the same is done here.
     *
     * @param start of the code point that the run begins with or, decomposed, ends in
     * @return the end of the run
     */
    private int normalizeMarks(char[] source, int start, int to, NormalizedText text) {
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
                appendLowered(run.mark(), flags, run.start(), run.end(), text);
            }
        }
        return i;
    }

    /** Where the run of marks begins to which the mark at {@code i} belongs: after the last character that is none. */
    private int startOfMarks(char[] source, int from, int i) {
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
