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
