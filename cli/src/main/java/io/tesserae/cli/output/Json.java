package io.tesserae.cli.output;

import io.tesserae.cli.console.Printable;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes JSON as Python's {@code json.dumps(value, ensure_ascii=False)} does, spaces and all: one value, one line. Characters
 * that are not {@link Printable} are escaped as well: a terminal may show the line, and readers of lines may stop at U+2028.
 */
public final class Json {

    private static final String SEPARATOR = ", ";

    private final StringBuilder text = new StringBuilder();

    public Json raw(String json) {
        text.append(json);
        return this;
    }

    /** A member's name; a separator stands before it unless it is the first. */
    public Json name(String name) {
        if (text.charAt(text.length() - 1) != '{') {
            text.append(SEPARATOR);
        }
        return string(name).raw(": ");
    }

    public Json string(String value) {
        text.append('"');
        value.codePoints().forEach(this::append);
        text.append('"');
        return this;
    }

    public Json integers(int[] values) {
        text.append('[');
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : SEPARATOR).append(values[i]);
        }
        text.append(']');
        return this;
    }

    public Json floats(float[] values) {
        text.append('[');
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : SEPARATOR);
            number(values[i]);
        }
        text.append(']');
        return this;
    }

    public Json integer(long value) {
        text.append(value);
        return this;
    }

    public <T> Json array(List<T> values, BiConsumer<Json, T> element) {
        text.append('[');
        for (Iterator<T> iterator = values.iterator(); iterator.hasNext(); ) {
            element.accept(this, iterator.next());
            text.append(iterator.hasNext() ? SEPARATOR : "");
        }
        text.append(']');
        return this;
    }

    /**
     * A number, with the shortest digits that read back as the same double: Python's {@code repr}.
     *
     * @throws CommandException if it is NaN or infinite, which JSON has no way to write
     */
    public Json number(double value) {
        text.append(repr(FiniteNumber.require(value)));
        return this;
    }

    /** Python writes positional from 1e-4 to 1e16; Java from 1e-3 to 1e7, and exponents in another way. The digits agree. */
    static String repr(double value) {
        double magnitude = Math.abs(value);
        String digits = Double.toString(value);
        int exponentAt = digits.indexOf('E');
        if (exponentAt < 0) {
            return digits;
        }
        if (magnitude >= 1e-4 && magnitude < 1e16) {
            String plain = new java.math.BigDecimal(digits).toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String mantissa = digits.substring(0, exponentAt);
        int exponent = Integer.parseInt(digits.substring(exponentAt + 1));
        return (mantissa.endsWith(".0") ? mantissa.substring(0, mantissa.length() - 2) : mantissa)
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void append(int codePoint) {
        if (codePoint == '"' || codePoint == '\\') {
            text.append('\\').append((char) codePoint);
        } else if (Printable.isPrintable(codePoint)) {
            text.appendCodePoint(codePoint);
        } else {
            Printable.appendEscaped(text, codePoint);
        }
    }
}
