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
 * <p>The reference ({@code BertNormalizer}) makes one pass over the text for each step. Here one pass does all steps, because nearly
 * every step looks at one code point at a time. The exception are marks that are not dropped: the order of the marks behind a letter
 * can change when a text is decomposed. {@link Marks} takes over for as long as such marks last, which is rare. What one char alone
 * becomes is computed only once: {@link NormalForms} keeps it, and most text is normalized by looking up its chars.
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
    private final Marks marks;
    private final NormalForms forms;

    Normalizer(boolean cleanText, boolean spaceChinese, boolean stripAccents, boolean lowerCase) {
        this.cleanText = cleanText;
        this.spaceChinese = spaceChinese;
        this.stripAccents = stripAccents;
        this.lowerCase = lowerCase;
        this.marks = new Marks(this, cleanText);
        this.forms = new NormalForms(new LoneChar(this)::of);
    }

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        text.reset(from);
        for (int i = text.appendForms(source, from, to, forms); i < to; i = text.appendForms(source, i, to, forms)) {
            i = normalizeCodePoint(source, from, i, to, text);
        }
    }

    /** Whether what becomes of a char depends on the chars beside it. */
    boolean dependsOnNeighbours(char c) {
        return Character.isSurrogate(c) || stripAccents && Marks.keepsMark(c);
    }

    /** Normalizes the code point at {@code i}, or the run of marks that it begins; returns where to go on. */
    int normalizeCodePoint(char[] source, int from, int i, int to, NormalizedText text) {
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
            return marks.normalize(source, marks.start(source, from, i), to, text);
        }
        int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
        int count = UNICODE.decompose(codePoint, parts);
        for (int part = 0; part < count; part++) {
            int partFlags = UNICODE.flags(parts[part]);
            if ((partFlags & ACCENT) == 0) {
                if ((partFlags & COMBINING) != 0) {
                    return marks.normalize(source, part > 0 ? i : marks.start(source, from, i), to, text);
                }
                appendLowered(parts[part], partFlags, i, end, text);
            }
        }
        return end;
    }

    void appendLowered(int codePoint, int flags, int start, int end, NormalizedText text) {
        if (!lowerCase) {
            text.appendCodePoint(codePoint, start, end);
        } else if (codePoint == CAPITAL_I_WITH_DOT) { // alone in having a lower-case form of two code points
            text.append('i', start, end);
            text.append((char) COMBINING_DOT_ABOVE, start, end);
        } else {
            text.appendCodePoint((flags & UPPER) != 0 ? UNICODE.lower(codePoint) : codePoint, start, end);
        }
    }
}
