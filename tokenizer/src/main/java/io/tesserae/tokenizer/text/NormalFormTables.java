package io.tesserae.tokenizer.text;

import java.util.Arrays;

/**
 * What {@link UnicodeForm} needs besides {@link UnicodeTables}: which characters are put together of which, and what becomes of those
 * that are but other forms. The reference's own, read from a resource that {@code src/tools/make_normal_form_tables.py} wrote.
 */
final class NormalFormTables {

    /** No character. */
    static final int NONE = -1;

    /** The longest compatibility decomposition, in code points. */
    static final int LONGEST_DECOMPOSITION = 18;

    static final NormalFormTables INSTANCE = new NormalFormTables();

    private static final int CODE_POINT_BITS = 21;
    private static final int LEAST_SECOND = 0x300; // no character below is the second of a pair

    // Hangul syllables by arithmetic (The Unicode Standard, section 3.12).
    private static final int SYLLABLE_FIRST = 0xAC00;
    private static final int SYLLABLE_LAST = 0xD7A3;
    private static final int LEADING_FIRST = 0x1100;
    private static final int LEADINGS = 19;
    private static final int VOWEL_FIRST = 0x1161;
    private static final int VOWELS = 21;
    private static final int TRAILING_BASE = 0x11A7;
    private static final int TRAILINGS = 28;

    private long[] pairs = new long[1024]; // sorted: the first, the second, and what they become
    private int pairCount;
    private int[] compatible = new int[4096]; // sorted
    private int[][] parts = new int[4096][];
    private int compatibleCount;

    private NormalFormTables() {
        TableFile.read("normal-form-tables.txt", (section, item) -> {
            int equals = item.indexOf('=');
            int codePoint = Integer.parseInt(item, 0, equals, 16);
            int[] spelt = Arrays.stream(item.substring(equals + 1).split("\\+"))
                    .mapToInt(part -> Integer.parseInt(part, 16))
                    .toArray();
            switch (section) {
                case "composition" -> addPair(spelt[0], spelt[1], codePoint);
                case "compatible" -> addCompatible(codePoint, spelt);
                default -> throw new IllegalStateException("unknown section " + section);
            }
        });
        pairs = Arrays.copyOf(pairs, pairCount);
        Arrays.sort(pairs);
        compatible = Arrays.copyOf(compatible, compatibleCount);
        parts = Arrays.copyOf(parts, compatibleCount);
    }

    private void addPair(int first, int second, int composed) {
        if (pairCount == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * pairCount);
        }
        pairs[pairCount++] = pair(first, second) | composed;
    }

    private void addCompatible(int codePoint, int[] spelt) {
        if (compatibleCount == compatible.length) {
            compatible = Arrays.copyOf(compatible, 2 * compatibleCount);
            parts = Arrays.copyOf(parts, 2 * compatibleCount);
        }
        compatible[compatibleCount] = codePoint;
        parts[compatibleCount++] = spelt;
    }

    /** Room for the third below; 63 bits. */
    private static long pair(int first, int second) {
        return ((long) first << CODE_POINT_BITS | second) << CODE_POINT_BITS;
    }

    /**
     * The full decomposition of any code point; of most it is the code point itself.
     *
     * @param asCompatible whether compatibility forms come apart too
     * @param into at least {@link #LONGEST_DECOMPOSITION} long
     * @return how many code points it is
     */
    int decompose(int codePoint, boolean asCompatible, int[] into) {
        int place = asCompatible ? Arrays.binarySearch(compatible, codePoint) : NONE;
        if (place >= 0) {
            System.arraycopy(parts[place], 0, into, 0, parts[place].length);
            return parts[place].length;
        }
        if (UnicodeTables.INSTANCE.is(codePoint, UnicodeTables.COMPOSED)) {
            return UnicodeTables.INSTANCE.decompose(codePoint, into);
        }
        into[0] = codePoint;
        return 1;
    }

    /** What two code points are together; {@link #NONE} where they stay two. */
    int compose(int first, int second) {
        if (second < LEAST_SECOND) {
            return NONE;
        }
        int vowel = second - VOWEL_FIRST;
        int leading = first - LEADING_FIRST;
        if (leading >= 0 && leading < LEADINGS && vowel >= 0 && vowel < VOWELS) {
            return SYLLABLE_FIRST + (leading * VOWELS + vowel) * TRAILINGS;
        }
        int trailing = second - TRAILING_BASE;
        if (first >= SYLLABLE_FIRST && first <= SYLLABLE_LAST && trailing > 0 && trailing < TRAILINGS) {
            return (first - SYLLABLE_FIRST) % TRAILINGS == 0 ? first + trailing : NONE;
        }
        long pair = pair(first, second);
        int place = Arrays.binarySearch(pairs, pair);
        place = place < 0 ? -place - 1 : place;
        boolean isFound = place < pairs.length && pairs[place] >>> CODE_POINT_BITS == pair >>> CODE_POINT_BITS;
        return isFound ? (int) pairs[place] & (1 << CODE_POINT_BITS) - 1 : NONE;
    }
}
