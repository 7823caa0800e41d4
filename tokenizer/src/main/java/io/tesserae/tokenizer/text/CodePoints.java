package io.tesserae.tokenizer.text;

/** Code points of a text that may hold half surrogate pairs, which are read as U+FFFD, as decoding with replacement does. */
final class CodePoints {

    private static final int REPLACEMENT_CHARACTER = 0xFFFD;

    private CodePoints() {}

    static int at(char[] source, int i, int to) {
        return replaced(Character.codePointAt(source, i, to));
    }

    static int before(char[] source, int from, int i) {
        return replaced(Character.codePointBefore(source, i, from));
    }

    private static int replaced(int codePoint) {
        boolean isHalf = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return isHalf ? REPLACEMENT_CHARACTER : codePoint;
    }
}
