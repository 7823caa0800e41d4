package io.tesserae.tokenizer.text;

/**
 * Makes a text of bytes in UTF-8 as they come. What is not valid becomes U+FFFD, one for each stretch that could have begun a character
 * (The Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts"), as Rust does it; Java's own decoder makes one of three
 * bytes that spell half a surrogate pair.
 */
public final class Utf8Text {

    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint; // of what has come of a character
    private int missing; // bytes
    private int least; // value of the next byte
    private int most;

    /** Appends the characters that are certain with one more byte. */
    public void append(byte next, StringBuilder text) {
        int value = next & 0xFF;
        if (missing > 0) {
            if (value >= least && value <= most) {
                codePoint = codePoint << 6 | value & 0x3F;
                least = 0x80;
                most = 0xBF;
                if (--missing == 0) {
                    text.appendCodePoint(codePoint);
                }
                return;
            }
            finish(text);
        }
        if (value < 0x80) {
            text.append((char) value);
        } else if (value >= 0xC2 && value <= 0xF4) {
            begin(value);
        } else {
            text.append(REPLACEMENT);
        }
    }

    /** The first byte of a character: it says how many follow, and some of them leave the second less choice (RFC 3629, section 4). */
    private void begin(int value) {
        missing = value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
        codePoint = value & 0x3F >> missing;
        least = value == 0xE0 ? 0xA0 : value == 0xF0 ? 0x90 : 0x80;
        most = value == 0xED ? 0x9F : value == 0xF4 ? 0x8F : 0xBF;
    }

    /** No more bytes come: what is left of a character becomes U+FFFD. */
    public void finish(StringBuilder text) {
        if (missing > 0) {
            text.append(REPLACEMENT);
            missing = 0;
        }
    }

    /** Appends a token of a byte-level vocabulary: the bytes it spells, or where it is none of that kind, those of its text. */
    public void append(String token, StringBuilder text) {
        if (ByteAlphabet.spells(token)) {
            for (int i = 0; i < token.length(); i++) {
                append((byte) ByteAlphabet.value(token.charAt(i)), text);
            }
        } else {
            appendText(token, text);
        }
    }

    /** Appends a token of one character up to U+00FF, which is that byte; or where it is none of that kind, the bytes of its text. */
    public void appendByte(String token, StringBuilder text) {
        if (token.length() == 1 && token.charAt(0) <= 0xFF) {
            append((byte) token.charAt(0), text);
        } else {
            appendText(token, text);
        }
    }

    private void appendText(String token, StringBuilder text) {
        if (!token.isEmpty()) {
            finish(text);
        }
        for (int i = 0; i < token.length(); i += Character.charCount(token.codePointAt(i))) {
            int next = token.codePointAt(i);
            boolean isHalf = next >= Character.MIN_SURROGATE && next <= Character.MAX_SURROGATE;
            text.appendCodePoint(isHalf ? REPLACEMENT : next);
        }
    }
}
