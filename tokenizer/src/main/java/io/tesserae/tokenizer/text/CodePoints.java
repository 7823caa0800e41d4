package io.tesserae.tokenizer.text;

/** Code points of a text that may hold half surrogate pairs, which are read as U+FFFD, as decoding with replacement does. */
public final class CodePoints {

    private static final int REPLACEMENT_CHARACTER = 0xFFFD;

    private CodePoints() {}

    /** The code point that begins at a place, before {@code to}. */
    public static int at(char[] source, int i, int to) {
        return replaced(Character.codePointAt(source, i, to));
    }

    static int before(char[] source, int from, int i) {
        return replaced(Character.codePointBefore(source, i, from));
    }

    /** The same chars in {@code [from, to)} with U+FFFD for half surrogate pairs; the array itself where there are none. */
    static char[] withoutHalves(char[] source, int from, int to) {
        char[] whole = source;
        for (int i = from; i < to; i++) {
            if (Character.isSurrogate(source[i])) {
                int codePoint = at(source, i, to);
                if (codePoint != REPLACEMENT_CHARACTER) {
                    i++; // a pair
                } else {
                    whole = whole == source ? source.clone() : whole;
                    whole[i] = REPLACEMENT_CHARACTER;
                }
            }
        }
        return whole;
    }

    private static int replaced(int codePoint) {
        boolean isHalf = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return isHalf ? REPLACEMENT_CHARACTER : codePoint;
    }

    /** How many bytes a code point has in UTF-8: 1 to 4 (RFC 3629, section 3). */
    public static int utf8Length(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }

    /**
     * One of the bytes of a code point in UTF-8, from 0 to 255.
     *
     * @param place from 0
     * @param length how many there are
     */
    public static int utf8Byte(int codePoint, int place, int length) {
        if (length == 1) {
            return codePoint;
        }
        int bits = codePoint >> 6 * (length - 1 - place);
        return place == 0 ? 0xF00 >> length & 0xFF | bits : 0x80 | bits & 0x3F;
    }
}
