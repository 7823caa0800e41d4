package io.tesserae.server.json;

import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes JSON without spaces. */
public final class JsonText {

    private final StringBuilder text = new StringBuilder();
    private boolean first = true; // of the array or object that is open

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    /** Opens an object. */
    public JsonText begin() {
        separate();
        text.append('{');
        first = true;
        return this;
    }

    /** Closes an object. */
    public JsonText end() {
        text.append('}');
        first = false;
        return this;
    }

    /** Opens an array. */
    public JsonText beginArray() {
        separate();
        text.append('[');
        first = true;
        return this;
    }

    /** Closes an array. */
    public JsonText endArray() {
        text.append(']');
        first = false;
        return this;
    }

    /** The name of a member; its value comes next. */
    public JsonText name(String name) {
        string(name);
        text.append(':');
        first = true; // no comma between a name and its value
        return this;
    }

    /** A string. */
    public JsonText string(String value) {
        separate();
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            append(value.charAt(i));
        }
        text.append('"');
        return this;
    }

    private void append(char character) {
        // U+2028 and U+2029 end lines for some readers
        if (character == '"' || character == '\\') {
            text.append('\\').append(character);
        } else if (character < ' ' || character == '\u2028' || character == '\u2029' || character == '\u007F') {
            text.append(String.format("\\u%04x", (int) character));
        } else {
            text.append(character);
        }
    }

    /** A whole number. */
    public JsonText integer(long value) {
        separate();
        text.append(value);
        return this;
    }

    /** True or false. */
    public JsonText bool(boolean value) {
        separate();
        text.append(value);
        return this;
    }

    /** Null. */
    public JsonText nothing() {
        separate();
        text.append("null");
        return this;
    }

    /**
     * A number, with the shortest digits that read back as the same float.
     *
     * @throws RequestException if it is NaN or infinite, which JSON has no way to write
     */
    public JsonText number(float value) {
        requireFinite(value);
        separate();
        text.append(value);
        return this;
    }

    /**
     * A number, with the shortest digits that read back as the same double.
     *
     * @throws RequestException if it is NaN or infinite
     */
    public JsonText number(double value) {
        requireFinite(value);
        separate();
        text.append(value);
        return this;
    }

    private static void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new RequestException(
                    ErrorType.BACKEND,
                    "the model's answer is no number: it holds " + value
                            + "; its numbers became larger than float32 holds");
        }
    }

    /** An array of numbers, each a float. */
    public JsonText floats(float[] values) {
        beginArray();
        for (float value : values) {
            number(value);
        }
        return endArray();
    }

    /** An array. */
    public <T> JsonText array(List<T> values, BiConsumer<JsonText, T> element) {
        beginArray();
        for (T value : values) {
            element.accept(this, value);
        }
        return endArray();
    }

    /** What was written. */
    @Override
    public String toString() {
        return text.toString();
    }
}
