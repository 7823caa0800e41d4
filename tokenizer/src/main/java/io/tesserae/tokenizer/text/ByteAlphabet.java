package io.tesserae.tokenizer.text;

import java.util.Arrays;

/**
 * One visible character for each of the 256 bytes, as byte-level vocabularies spell them (Radford et al. 2019, {@code bytes_to_unicode}
 * of GPT-2's encoder): a byte that is a visible character of Latin-1 is that character, and the 68 others are U+0100 and the following,
 * in order. A space is U+0120, a line feed U+010A.
 */
public final class ByteAlphabet {

    /** What stands for a space. */
    public static final char SPACE = '\u0120';

    private static final int BYTES = 256;
    private static final int NO_BYTE = -1;

    private static final char[] CHARACTERS = new char[BYTES];
    private static final short[] VALUES = new short[2 * BYTES]; // by character, NO_BYTE where it stands for none

    static {
        Arrays.fill(VALUES, (short) NO_BYTE);
        char next = BYTES;
        for (int value = 0; value < BYTES; value++) {
            CHARACTERS[value] = isVisible(value) ? (char) value : next++;
            VALUES[CHARACTERS[value]] = (short) value;
        }
    }

    private ByteAlphabet() {}

    private static boolean isVisible(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
    }

    /**
     * The character that stands for a byte.
     *
     * @param value 0 to 255
     */
    public static char character(int value) {
        return CHARACTERS[value];
    }

    /** The byte, 0 to 255, that a character stands for; -1 where it stands for none. */
    public static int value(char character) {
        return character < VALUES.length ? VALUES[character] : NO_BYTE;
    }

    /** Whether all of a token's characters stand for bytes. */
    public static boolean spells(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (value(token.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
