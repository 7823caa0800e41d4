package io.tesserae.tokenizer.canonical;

import io.tesserae.tokenizer.text.CodePoints;
import io.tesserae.tokenizer.text.UnicodeTables;

/**
 * Small letters as Python's {@code str.lower} makes them: U+0130 becomes two characters, and a sigma that ends a word another than one within
 * (The Unicode Standard, section 3.13, condition Final_Sigma).
 */
final class Lowercase {

    static final int CAPITAL_I_WITH_DOT = 0x130;
    static final int COMBINING_DOT_ABOVE = 0x307;

    private static final int CAPITAL_SIGMA = 0x3A3;
    private static final int SIGMA = 0x3C3;
    private static final int FINAL_SIGMA = 0x3C2;

    /** Of the property Case_Ignorable those that no general category says: marks within words. */
    private static final String WITHIN_WORDS =
            "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private Lowercase() {}

    /** The small letter of the one at a place of {@code text[from, to)}; of U+0130 the first of its two. */
    static int of(char[] text, int from, int to, int at) {
        int codePoint = CodePoints.at(text, at, to);
        if (codePoint == CAPITAL_SIGMA) {
            return isFinal(text, from, to, at) ? FINAL_SIGMA : SIGMA;
        }
        if (codePoint == CAPITAL_I_WITH_DOT) {
            return 'i';
        }
        UnicodeTables unicode = UnicodeTables.INSTANCE;
        return unicode.is(codePoint, UnicodeTables.UPPER) ? unicode.lower(codePoint) : codePoint;
    }

    /** Whether a letter is before this place and none behind it, past all that has nothing to do with case. */
    private static boolean isFinal(char[] text, int from, int to, int at) {
        int i = at;
        int before = 0;
        while (i > from) {
            before = Character.codePointBefore(text, i, from);
            if (!isIgnorable(before)) {
                break;
            }
            i -= Character.charCount(before);
        }
        if (i == from || !isCased(before)) {
            return false;
        }
        i = at + 1;
        while (i < to) {
            int behind = Character.codePointAt(text, i, to);
            if (!isIgnorable(behind)) {
                return !isCased(behind);
            }
            i += Character.charCount(behind);
        }
        return true;
    }

    private static boolean isCased(int codePoint) {
        return Character.isLowerCase(codePoint) || Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
    }

    private static boolean isIgnorable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> WITHIN_WORDS.indexOf(codePoint) >= 0;
        };
    }
}
