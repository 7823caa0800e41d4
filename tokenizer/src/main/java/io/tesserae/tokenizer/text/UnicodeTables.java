package io.tesserae.tokenizer.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the reference tokenizer thinks of every code point.
 *
 * <p>Not {@link Character}: the reference's categories are those of an old Unicode, its decompositions those of a
 * newer one, and the running JDK's are a third; a word of a script that was encoded in between would be cut
 * differently. So the tables are the reference's own, read from a resource that {@code
 * src/tools/make_unicode_tables.py} wrote.
 */
public final class UnicodeTables {

    /** Dropped when the text is cleaned: controls, format characters, private use, U+FFFD. */
    public static final int REMOVED = 1;
    /** Made a plain space when the text is cleaned. */
    public static final int SPACE = 1 << 1;
    /** Written in a script without spaces: each such character is a word. */
    public static final int CHINESE = 1 << 2;
    /** Between words. */
    public static final int WHITESPACE = 1 << 3;
    /** A word by itself. */
    public static final int PUNCTUATION = 1 << 4;
    /** Keeps an added token that stands alone from being found beside it: a letter, digit, mark or underscore. */
    public static final int WORD = 1 << 5;
    /** A nonspacing mark, dropped when accents are stripped. */
    public static final int ACCENT = 1 << 6;
    /** Has a combining class, so that marks in a row may change places when a text is decomposed. */
    public static final int COMBINING = 1 << 7;
    /** Has a lower-case form, {@link #lower}. */
    public static final int UPPER = 1 << 8;
    /** Has a canonical decomposition, {@link #decompose}. */
    public static final int COMPOSED = 1 << 9;

    /** A numeric character of any kind. */
    public static final int DIGIT = 1 << 10;
    /** A combining mark of any kind, as far as an old Unicode knew it. */
    public static final int MARK = 1 << 11;
    /** A letter, as the pattern has it that cuts texts for byte-level vocabularies. */
    public static final int LETTER = 1 << 12;
    /** A number, as that pattern has it: of another Unicode than {@link #DIGIT}. */
    public static final int NUMBER = 1 << 13;

    /** The longest decomposition, in code points. */
    static final int LONGEST_DECOMPOSITION = 4;

    private static final int BLOCK_BITS = 7;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final short[] UNMARKED = new short[BLOCK]; // shared by all blocks without any property

    public static final UnicodeTables INSTANCE = read("unicode-tables.txt");

    // Hangul syllables decompose by arithmetic (The Unicode Standard, section 3.12).
    private static final int HANGUL_FIRST = 0xAC00;
    private static final int HANGUL_LAST = 0xD7A3;
    private static final int LEADING_FIRST = 0x1100;
    private static final int VOWEL_FIRST = 0x1161;
    private static final int TRAILING_BASE = 0x11A7;
    private static final int VOWELS = 21;
    private static final int TRAILINGS = 28;

    private final short[][] flags = new short[(Character.MAX_CODE_POINT + 1) / BLOCK][];
    private final IntTable lower = new IntTable();
    private final IntTable decompositions = new IntTable(); // to an index into decomposed
    private final IntTable combiningClasses = new IntTable();
    private int[][] decomposed = new int[4096][];

    private UnicodeTables() {
        Arrays.fill(flags, UNMARKED);
    }

    /** The properties of a code point, as bits. */
    public int flags(int codePoint) {
        return flags[codePoint >>> BLOCK_BITS][codePoint & (BLOCK - 1)];
    }

    /** Whether a code point has any of these properties. */
    public boolean is(int codePoint, int anyOf) {
        return (flags(codePoint) & anyOf) != 0;
    }

    /**
     * The lower-case form of an {@link #UPPER} code point. One alone has a form of two, U+0130; see {@link
     * Normalizer}.
     */
    public int lower(int codePoint) {
        return lower.get(codePoint);
    }

    /** The canonical combining class of a {@link #COMBINING} code point, 1 to 254. */
    int combiningClass(int codePoint) {
        return combiningClasses.get(codePoint);
    }

    /**
     * The full canonical decomposition of a {@link #COMPOSED} code point.
     *
     * @param into at least {@link #LONGEST_DECOMPOSITION} long
     * @return how many code points it is
     */
    int decompose(int codePoint, int[] into) {
        if (codePoint >= HANGUL_FIRST && codePoint <= HANGUL_LAST) {
            int syllable = codePoint - HANGUL_FIRST;
            into[0] = LEADING_FIRST + syllable / (VOWELS * TRAILINGS);
            into[1] = VOWEL_FIRST + syllable / TRAILINGS % VOWELS;
            into[2] = TRAILING_BASE + syllable % TRAILINGS;
            return into[2] == TRAILING_BASE ? 2 : 3;
        }
        int[] parts = decomposed[decompositions.get(codePoint)];
        System.arraycopy(parts, 0, into, 0, parts.length);
        return parts.length;
    }

    private static UnicodeTables read(String resource) {
        try (InputStream in = UnicodeTables.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the tokenizer's jar lacks its resource " + resource);
            }
            UnicodeTables tables = new UnicodeTables();
            tables.parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
            return tables;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parse(String text) {
        String section = "";
        for (String line : text.split("\n")) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else if (!line.startsWith("#")) {
                for (String item : line.split(" ")) {
                    parseItem(section, item);
                }
            }
        }
        mark(HANGUL_FIRST, HANGUL_LAST, 1, COMPOSED);
        decomposed = Arrays.copyOf(decomposed, decompositions.size());
    }

    private void parseItem(String section, String item) {
        switch (section) {
            case "removed" -> markRange(item, REMOVED);
            case "space" -> markRange(item, SPACE);
            case "chinese" -> markRange(item, CHINESE);
            case "whitespace" -> markRange(item, WHITESPACE);
            case "punctuation" -> markRange(item, PUNCTUATION);
            case "word" -> markRange(item, WORD);
            case "digit" -> markRange(item, DIGIT);
            case "letter" -> markRange(item, LETTER);
            case "number" -> markRange(item, NUMBER);
            case "mark" -> markRange(item, MARK);
            case "accent" -> markRange(item, ACCENT);
            case "combining" -> parseCombining(item);
            case "lower" -> parseLower(item);
            case "decomposition" -> parseDecomposition(item);
            default -> throw new IllegalStateException("unknown section " + section);
        }
    }

    /** {@code 0300-0314=230}: these code points have the combining class 230. */
    private void parseCombining(String item) {
        int equals = item.indexOf('=');
        String range = item.substring(0, equals);
        markRange(range, COMBINING);
        for (int c = first(range); c <= last(range); c++) {
            combiningClasses.put(c, Integer.parseInt(item.substring(equals + 1)));
        }
    }

    /** {@code 0041-005A+32}, or {@code 0100-012E/2+1} where only every second code point is meant. */
    private void parseLower(String item) {
        int sign = item.indexOf('+') >= 0 ? item.indexOf('+') : item.lastIndexOf('-');
        int distance = Integer.parseInt(item.substring(sign));
        String range = item.substring(0, sign);
        int step = 1;
        if (range.endsWith("/2")) {
            step = 2;
            range = range.substring(0, range.length() - 2);
        }
        mark(first(range), last(range), step, UPPER);
        for (int c = first(range); c <= last(range); c += step) {
            lower.put(c, c + distance);
        }
    }

    /** {@code 00C0=0041+0300}. */
    private void parseDecomposition(String item) {
        int equals = item.indexOf('=');
        int codePoint = first(item.substring(0, equals));
        int[] parts = new int[LONGEST_DECOMPOSITION];
        int count = 0;
        for (int start = equals + 1; start <= item.length(); count++) {
            int plus = item.indexOf('+', start);
            int end = plus < 0 ? item.length() : plus;
            parts[count] = Integer.parseInt(item, start, end, 16);
            start = end + 1;
        }
        int index = decompositions.size();
        decompositions.put(codePoint, index);
        decomposed[index] = Arrays.copyOf(parts, count);
        mark(codePoint, codePoint, 1, COMPOSED);
    }

    private void markRange(String range, int flag) {
        mark(first(range), last(range), 1, flag);
    }

    private void mark(int first, int last, int step, int flag) {
        for (int c = first; c <= last; ) {
            int block = c >>> BLOCK_BITS;
            if (flags[block] == UNMARKED) {
                flags[block] = new short[BLOCK];
            }
            short[] marked = flags[block];
            for (int end = Math.min(last, block << BLOCK_BITS | (BLOCK - 1)); c <= end; c += step) {
                marked[c & (BLOCK - 1)] |= (short) flag;
            }
        }
    }

    private static int first(String range) {
        int dash = range.indexOf('-');
        return Integer.parseInt(dash < 0 ? range : range.substring(0, dash), 16);
    }

    private static int last(String range) {
        return Integer.parseInt(range.substring(range.indexOf('-') + 1), 16);
    }

    /**
     * A map from code points, put in ascending order, to ints. Binary search: only few characters of a text get here.
     */
    private static final class IntTable {
        private int[] keys = new int[4096];
        private int[] values = new int[4096];
        private int size;

        void put(int key, int value) {
            int at = size;
            while (at > 0 && keys[at - 1] > key) { // nearly sorted already: interleaved alphabets are put out of order
                keys[at] = keys[at - 1];
                values[at] = values[at - 1];
                at--;
            }
            keys[at] = key;
            values[at] = value;
            size++;
        }

        int get(int key) {
            return values[Arrays.binarySearch(keys, 0, size, key)];
        }

        int size() {
            return size;
        }
    }
}
