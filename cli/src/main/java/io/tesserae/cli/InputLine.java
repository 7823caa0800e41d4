package io.tesserae.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a file of inputs: plain text, a JSON string, or a JSON object of strings.
 *
 * @param text the line
 * @param place what messages call it: {@code reviews.txt: line 12}
 */
record InputLine(String text, String place) {

    /**
     * Reads the line.
     *
     * @throws CommandException if it is no input of this format
     */
    <T> T parse(InputFormat<T> format) {
        if (!text.startsWith("\"") && !text.startsWith("{")) {
            return format.ofText(text, place);
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            T input = reader.peek() == JsonToken.STRING
                    ? format.ofText(readString(reader), place)
                    : format.ofObject(readObject(reader, format), place);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw invalid("more text after the value");
            }
            return input;
        } catch (EOFException e) {
            throw invalid("it ends too early");
        } catch (MalformedJsonException | IllegalStateException | NumberFormatException e) {
            throw invalid(reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The members; those that are null are as good as absent where they may be. */
    private Map<String, String> readObject(JsonReader reader, InputFormat<?> format) throws IOException {
        Map<String, Optional<String>> members = new HashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (!name.equals(format.requiredKey()) && !format.optionalKeys().contains(name)) {
                throw new CommandException(
                        place + ": unknown key " + new Json().string(name) + "; expected " + format.describeKeys());
            }
            Optional<String> value =
                    format.optionalKeys().contains(name) ? readOptionalString(reader) : Optional.of(readString(reader));
            if (members.put(name, value) != null) {
                throw new CommandException(place + ": the key \"" + name + "\" stands twice in one object");
            }
        }
        reader.endObject();
        if (!members.containsKey(format.requiredKey())) {
            throw new CommandException(place + ": expected an object with the key \"" + format.requiredKey() + "\"");
        }
        Map<String, String> present = new HashMap<>();
        members.forEach((name, value) -> value.ifPresent(string -> present.put(name, string)));
        return present;
    }

    private Optional<String> readOptionalString(JsonReader reader) throws IOException {
        if (reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return Optional.empty();
        }
        return Optional.of(readString(reader));
    }

    private String readString(JsonReader reader) throws IOException {
        if (reader.peek() != JsonToken.STRING) {
            throw new CommandException(place + ": expected a string at " + reader.getPath());
        }
        String string = reader.nextString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
            throw new CommandException(place + ": half a surrogate pair in a string");
        }
        return string;
    }

    private CommandException invalid(String reason) {
        return new CommandException(
                place + " is not valid JSON: " + reason + " (a line that begins with \" or { must be JSON)");
    }

    /** Gson's message ends in advice for Java programmers, and names line 1 of what it was given. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        int where = message.indexOf(" at line 1 ");
        String before = where < 0 || message.startsWith("Use JsonReader") ? "malformed" : message.substring(0, where);
        return before + (where < 0 ? "" : " at " + message.substring(where + " at line 1 ".length()));
    }
}
