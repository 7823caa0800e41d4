package io.tesserae.tokenizer.text;

import java.util.Arrays;
import java.util.Map;

/**
 * Where a grapheme ends: what a reader takes for one character, a letter with its marks for one (Unicode Standard Annex 29, section 3,
 * extended grapheme clusters), with the tables of the reference.
 *
 * <p>Flags of a country, two letters each, are left apart here: they matter to nobody who looks at graphemes of fewer than 6 bytes.
 */
final class Graphemes {

    /** Belongs to what stands before it. */
    private static final int JOINED = 1;
    /** Stands between a pictograph and the joiner behind it. */
    private static final int EXTENDS = 1 << 1;
    /** What follows belongs to it. */
    private static final int PREPENDED = 1 << 2;
    /** Belongs to nothing. */
    private static final int CONTROL = 1 << 3;
    /** Joined to another of its kind by {@link #JOINER}. */
    private static final int PICTOGRAPH = 1 << 4;
    /** Joined to another of its kind by a linker. */
    private static final int CONSONANT = 1 << 5;
    /** Joins two consonants. */
    private static final int LINKER = 1 << 6;
    /** May stand between consonant and linker, and behind that. */
    private static final int BETWEEN = 1 << 7;

    private static final char JOINER = '\u200D';

    // Hangul: leading consonants, vowels, trailing consonants, and syllables made of them (The Unicode Standard,
    // section 3.12).
    private static final int NO_HANGUL = 0;
    private static final int LEADING = 1;
    private static final int VOWEL = 2;
    private static final int TRAILING = 3;
    private static final int OPEN_SYLLABLE = 4;
    private static final int CLOSED_SYLLABLE = 5;
    private static final int TRAILINGS = 28;

    private static final int BLOCK_BITS = 7;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final byte[][] FLAGS = new byte[(Character.MAX_CODE_POINT + 1) / BLOCK][];

    static {
        Map<String, Integer> sections = Map.of(
                "joined",
                JOINED,
                "extends",
                EXTENDS,
                "prepended",
                PREPENDED,
                "control",
                CONTROL,
                "pictograph",
                PICTOGRAPH,
                "consonant",
                CONSONANT,
                "linker",
                LINKER,
                "between",
                BETWEEN);
        byte[] none = new byte[BLOCK];
        Arrays.fill(FLAGS, none);
        TableFile.read("grapheme-tables.txt", (section, item) -> {
            int dash = item.indexOf('-');
            int last = Integer.parseInt(item.substring(dash + 1), 16);
            for (int c = dash < 0 ? last : Integer.parseInt(item.substring(0, dash), 16); c <= last; c++) {
                int block = c >>> BLOCK_BITS;
                if (FLAGS[block] == none) {
                    FLAGS[block] = new byte[BLOCK];
                }
                FLAGS[block][c & BLOCK - 1] |= sections.get(section).byteValue();
            }
        });
    }

    private Graphemes() {}

    private static int flags(int codePoint) {
        return FLAGS[codePoint >>> BLOCK_BITS][codePoint & BLOCK - 1];
    }

    /** Whether a code point belongs to whatever stands before it, but for controls. */
    static boolean isJoined(int codePoint) {
        return (flags(codePoint) & JOINED) != 0;
    }

    /** Whether a char is a grapheme by itself unless one follows that {@linkplain #isJoined belongs} to it. */
    static boolean isPlain(char c) {
        return flags(c) == 0 && hangul(c) == NO_HANGUL;
    }

    /** Where the grapheme ends that begins at {@code from}, which is before {@code to}. */
    static int end(char[] text, int from, int to) {
        int codePoint = CodePoints.at(text, from, to);
        int end = from + Character.charCount(codePoint);
        int flags = flags(codePoint);
        if ((flags & CONTROL) != 0) {
            boolean isNewline = codePoint == '\r' && end < to && text[end] == '\n';
            return isNewline ? end + 1 : end;
        }
        int inPictograph = (flags & PICTOGRAPH) != 0 ? EXTENDS : 0; // PICTOGRAPH once the joiner has come
        int inConsonant = (flags & CONSONANT) != 0 ? BETWEEN : 0; // CONSONANT once a linker has come
        int hangul = hangul(codePoint);
        while (end < to) {
            boolean takesAny = (flags & PREPENDED) != 0;
            codePoint = CodePoints.at(text, end, to);
            flags = flags(codePoint);
            int nextHangul = hangul(codePoint);
            boolean goesOn = (flags & JOINED) != 0
                    || takesAny && (flags & CONTROL) == 0
                    || inPictograph == PICTOGRAPH && (flags & PICTOGRAPH) != 0
                    || inConsonant == CONSONANT && (flags & CONSONANT) != 0
                    || joinsHangul(hangul, nextHangul);
            if (!goesOn) {
                return end;
            }
            inPictograph = pictographBehind(inPictograph, codePoint, flags);
            inConsonant = consonantBehind(inConsonant, flags);
            hangul = nextHangul;
            end += Character.charCount(codePoint);
        }
        return end;
    }

    private static int pictographBehind(int before, int codePoint, int flags) {
        if ((flags & PICTOGRAPH) != 0) {
            return EXTENDS;
        }
        if (codePoint == JOINER && before == EXTENDS) {
            return PICTOGRAPH;
        }
        boolean stays = before != 0 && (flags & EXTENDS) != 0;
        return stays ? EXTENDS : 0;
    }

    private static int consonantBehind(int before, int flags) {
        if ((flags & CONSONANT) != 0) {
            return BETWEEN;
        }
        if (before != 0 && (flags & LINKER) != 0) {
            return CONSONANT;
        }
        return (flags & BETWEEN) != 0 ? before : 0;
    }

    private static int hangul(int codePoint) {
        if (codePoint < 0x1100 || codePoint > 0xD7FB) {
            return NO_HANGUL;
        }
        if (codePoint <= 0x11FF) {
            return codePoint < 0x1160 ? LEADING : codePoint < 0x11A8 ? VOWEL : TRAILING;
        }
        if (codePoint >= 0xAC00 && codePoint <= 0xD7A3) {
            return (codePoint - 0xAC00) % TRAILINGS == 0 ? OPEN_SYLLABLE : CLOSED_SYLLABLE;
        }
        if (codePoint >= 0xA960 && codePoint <= 0xA97C) {
            return LEADING;
        }
        if (codePoint >= 0xD7B0 && codePoint <= 0xD7C6) {
            return VOWEL;
        }
        return codePoint >= 0xD7CB ? TRAILING : NO_HANGUL;
    }

    private static boolean joinsHangul(int before, int next) {
        return switch (before) {
            case LEADING -> next == LEADING || next == VOWEL || next == OPEN_SYLLABLE || next == CLOSED_SYLLABLE;
            case VOWEL, OPEN_SYLLABLE -> next == VOWEL || next == TRAILING;
            case TRAILING, CLOSED_SYLLABLE -> next == TRAILING;
            default -> false;
        };
    }
}
