package io.tesserae.loaders.safetensors;

import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the JSON of a header token by token, exactly as strictly as the reference (serde_json) does.
 *
 * <p>Why not the JSON library: the format tells {@code 1} from {@code 1.0} and {@code 01}, counts in unsigned 64-bit
 * integers and forbids halves of surrogate pairs. And a header may be 100 MB long; read this way, no part of it is copied
 * but the names.
 */
final class HeaderJson {

    /** Containers may stand in one another to this depth, the header's own object included. */
    private static final int NESTING_LIMIT = 127;

    private static final int END = -1;

    private final byte[] json;
    private final String where;
    private String tensor;
    private int position;

    HeaderJson(byte[] json, String where) {
        this.json = json;
        this.where = where;
    }

    /** Whatever is read from here on belongs to this tensor, if there is an error to report; {@code null} for none. */
    void about(String tensor) {
        this.tensor = tensor;
    }

    /** What is done with one member of an object: the reader stands before its value. */
    @FunctionalInterface
    interface Member {
        void read(String key);
    }

    /** Reads an object, from its opening to its closing brace. */
    void readObject(String what, Member member) {
        expect('{', what);
        if (accept('}')) {
            return;
        }
        do {
            skipWhitespace();
            String key = readString("a key in quotes");
            expect(':', "':' after a key");
            member.read(key);
        } while (accept(','));
        expect('}', "',' or '}'");
    }

    /** Reads an array, from its opening to its closing bracket; the reader stands before each element in turn. */
    void readArray(String what, Runnable element) {
        expect('[', what);
        if (accept(']')) {
            return;
        }
        do {
            element.run();
        } while (accept(','));
        expect(']', "',' or ']'");
    }

    /** Reads a string; escapes are resolved, and the result is well-formed Unicode. */
    String readString(String what) {
        expect('"', what);
        int start = position;
        while (peek() != '"' && peek() != '\\') {
            skipCharacter();
        }
        if (peek() == '"') {
            return decode(ByteBuffer.wrap(json, start, position++ - start));
        }
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
        utf8.write(json, start, position - start);
        while (peek() != '"') {
            if (peek() == '\\') {
                utf8.writeBytes(Character.toString(readEscape()).getBytes(StandardCharsets.UTF_8));
            } else {
                utf8.write(peek());
                skipCharacter();
            }
        }
        position++;
        return decode(ByteBuffer.wrap(utf8.toByteArray()));
    }

    /**
     * Reads a non-negative integer of at most 64 bits; from 2^63 on, the result is negative and means itself unsigned.
     *
     * @param what names the integer, for error messages
     */
    long readUnsigned(String what) {
        skipWhitespace();
        int start = position;
        boolean number = isDigit(peek()) || peek() == '-';
        if (number) {
            skipNumber();
        }
        String digits = new String(json, start, Math.min(position - start, 40), StandardCharsets.ISO_8859_1);
        if (!number || !digits.chars().allMatch(HeaderJson::isDigit)) {
            throw error("expected a non-negative integer for " + what + ", found " + (number ? digits : found()));
        }
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw error("expected an integer below 2^64 for " + what + ", found " + digits);
        }
    }

    /** Reads {@code null} if it stands here. */
    boolean acceptNull() {
        skipWhitespace();
        if (peek() != 'n') {
            return false;
        }
        skipLiteral("null");
        return true;
    }

    /**
     * Reads any value and forgets it.
     *
     * @param depth how many containers are open around it
     */
    void skipValue(int depth) {
        skipWhitespace();
        switch (peek()) {
            case '{' -> readObject("an object", key -> skipValue(deeper(depth)));
            case '[' -> readArray("an array", () -> skipValue(deeper(depth)));
            case '"' -> readString("a string");
            case 't' -> skipLiteral("true");
            case 'f' -> skipLiteral("false");
            case 'n' -> skipLiteral("null");
            default -> {
                int start = position;
                skipNumber();
                requireFinite(start);
            }
        }
    }

    /** Nothing but white space may follow. */
    void expectEnd() {
        skipWhitespace();
        if (position < json.length) {
            throw error("expected the end of the header, found " + found());
        }
    }

    /** An exception that says where in the header the reader stands. */
    ModelLoadingException error(String message) {
        return new ModelLoadingException(where + ": invalid header at its byte " + position
                + (tensor == null ? "" : ", tensor " + quoted(tensor)) + ": " + message);
    }

    /** A name in quotes for an error message: cut where it is long, and with nothing in it that a terminal would obey. */
    static String quoted(String name) {
        StringBuilder quoted = new StringBuilder("\"");
        name.codePoints().limit(200).forEach(character -> {
            if (Character.isISOControl(character)) {
                quoted.append(String.format("\\u%04x", character));
            } else {
                quoted.appendCodePoint(character);
            }
        });
        return quoted.append(name.codePointCount(0, name.length()) > 200 ? "…\"" : "\"")
                .toString();
    }

    private int deeper(int depth) {
        if (depth >= NESTING_LIMIT - 1) {
            throw error("nested deeper than " + NESTING_LIMIT + " levels");
        }
        return depth + 1;
    }

    private int readEscape() {
        position++;
        int escape = peek();
        position++;
        return switch (escape) {
            case '"', '\\', '/' -> escape;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> readUnicodeEscape();
            default -> throw error("not an escape that JSON knows");
        };
    }

    private int readUnicodeEscape() {
        char first = readHexadecimal();
        if (!Character.isSurrogate(first)) {
            return first;
        }
        if (Character.isHighSurrogate(first)
                && peek() == '\\'
                && position + 1 < json.length
                && json[position + 1] == 'u') {
            position += 2;
            char second = readHexadecimal();
            if (Character.isLowSurrogate(second)) {
                return Character.toCodePoint(first, second);
            }
        }
        throw error("half of a surrogate pair in a string");
    }

    private char readHexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() == END ? -1 : Character.digit(peek(), 16);
            if (digit < 0) {
                throw error("expected four hexadecimal digits after \\u");
            }
            value = value << 4 | digit;
            position++;
        }
        return (char) value;
    }

    private void skipCharacter() {
        if (peek() == END) {
            throw error("a string that does not end");
        }
        if (peek() < ' ') {
            throw error("a control character in a string; it has to be escaped");
        }
        position++;
    }

    private void skipNumber() {
        if (peek() == '-') {
            position++;
        }
        if (peek() == '0') {
            position++;
            if (isDigit(peek())) {
                throw error("a number with a leading zero");
            }
        } else {
            skipDigits();
        }
        if (peek() == '.') {
            position++;
            skipDigits();
        }
        if (peek() == 'e' || peek() == 'E') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            skipDigits();
        }
    }

    private void skipDigits() {
        if (!isDigit(peek())) {
            throw error("expected a value, found " + found());
        }
        while (isDigit(peek())) {
            position++;
        }
    }

    /** The reference refuses a number that no double holds, even where it has no use for the number. */
    private void requireFinite(int start) {
        if (Double.isInfinite(
                Double.parseDouble(new String(json, start, position - start, StandardCharsets.ISO_8859_1)))) {
            throw error("a number beyond the range of a double");
        }
    }

    private void skipLiteral(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            if (peek() != literal.charAt(i)) {
                throw error("expected " + literal + ", found " + found());
            }
            position++;
        }
    }

    private void expect(char character, String what) {
        if (!accept(character)) {
            throw error("expected " + what + ", found " + found());
        }
    }

    private boolean accept(char character) {
        skipWhitespace();
        if (peek() != character) {
            return false;
        }
        position++;
        return true;
    }

    private void skipWhitespace() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r') {
            position++;
        }
    }

    private int peek() {
        return position < json.length ? json[position] & 0xFF : END;
    }

    private String found() {
        int next = peek();
        return next == END
                ? "the end of the header"
                : next > ' ' && next < 0x7F ? "'" + (char) next + "'" : String.format("the byte 0x%02x", next);
    }

    private String decode(ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw error("a string that is not valid UTF-8");
        }
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }
}
