package io.tesserae.training.log;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of a log that was read, which anyone may have written.
 *
 * @param text the line without its end
 * @param place file and line, for messages
 */
record LogLine(String text, String place) {

    /**
     * Its entry.
     *
     * @throws TrainingException if it is not what {@link LogEntry#toJson} writes, but for the space between
     */
    LogEntry entry() {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw wrong("{\"step\":…,\"epoch\":…,…}", String.valueOf(reader.peek()));
            }
            reader.beginObject();
            long step = step(reader);
            requireName(reader, "epoch");
            double epoch = number(reader, "epoch");
            LogEntry entry = new LogEntry(step, epoch, numbers(reader));
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw wrong("nothing after the object", "more");
            }
            return entry;
        } catch (IllegalArgumentException e) {
            throw new TrainingException(place + ": " + e.getMessage(), e);
        } catch (IOException | IllegalStateException e) {
            throw new TrainingException(
                    place + ": expected a line of a training log, {\"step\":…,\"epoch\":…,…}, found " + excerpt(), e);
        }
    }

    private long step(JsonReader reader) throws IOException {
        requireName(reader, "step");
        String digits = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "";
        if (!digits.matches("0|[1-9][0-9]{0,17}")) {
            throw wrong("a whole number of 0 or more for \"step\"", digits.isEmpty() ? excerpt() : digits);
        }
        return Long.parseLong(digits);
    }

    private void requireName(JsonReader reader, String expected) throws IOException {
        String name = reader.hasNext() ? reader.nextName() : "the end";
        if (!name.equals(expected)) {
            throw wrong("\"" + expected + "\"", name);
        }
    }

    private Map<String, Double> numbers(JsonReader reader) throws IOException {
        Map<String, Double> numbers = new LinkedHashMap<>();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (numbers.put(name, number(reader, name)) != null) {
                throw wrong("each name once", "\"" + name + "\" twice");
            }
        }
        reader.endObject();
        return numbers;
    }

    private double number(JsonReader reader, String name) throws IOException {
        return switch (reader.peek()) {
            case NULL -> {
                reader.nextNull();
                yield Double.NaN;
            }
            case NUMBER -> finite(Double.parseDouble(reader.nextString()), name);
            default -> throw wrong("a number or null for \"" + name + "\"", excerpt());
        };
    }

    private double finite(double number, String name) {
        if (Double.isInfinite(number)) {
            throw wrong("a number that a double can hold for \"" + name + "\"", excerpt());
        }
        return number;
    }

    private TrainingException wrong(String expected, String found) {
        return new TrainingException(place + ": expected " + expected + ", found " + cut(found));
    }

    private String excerpt() {
        return text.isEmpty() ? "an empty line" : cut(text);
    }

    private static String cut(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
