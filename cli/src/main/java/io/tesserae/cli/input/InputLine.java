package io.tesserae.cli.input;

import com.google.gson.JsonElement;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.output.Json;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One line of a file of inputs: plain text, a JSON string, or a JSON object, most often of strings.
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
        reader.setNestingLimit(JsonValue.NESTING_LIMIT);
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
    private InputObject readObject(JsonReader reader, InputFormat<?> format) throws IOException {
        Map<String, InputObject.Key> keys = new HashMap<>();
        format.keys().forEach(key -> keys.put(key.name(), key));
        Map<String, List<String>> members = new HashMap<>();
        Set<String> seen = new HashSet<>();
        Set<String> arrays = new HashSet<>();
        Map<String, JsonElement> values = new HashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (!keys.containsKey(name)) {
                throw new CommandException(
                        place + ": unknown key " + new Json().string(name) + "; expected " + format.describeKeys());
            }
            if (!seen.add(name)) {
                throw new CommandException(place + ": the key \"" + name + "\" stands twice in one object");
            }
            if (reader.peek() == JsonToken.BEGIN_ARRAY) {
                arrays.add(name);
            }
            if (keys.get(name).shape() == InputObject.Shape.ANY && reader.peek() != JsonToken.NULL) {
                values.put(name, new JsonValue(reader, place).read());
            } else {
                readMember(reader, keys.get(name)).ifPresent(value -> members.put(name, value));
            }
        }
        reader.endObject();
        for (InputObject.Key key : format.keys()) {
            if (key.required() && !members.containsKey(key.name())) {
                throw new CommandException(place + ": expected an object with the key \"" + key.name() + "\"");
            }
        }
        return new InputObject(members, arrays, values);
    }

    private Optional<List<String>> readMember(JsonReader reader, InputObject.Key key) throws IOException {
        if (!key.required() && reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return Optional.empty();
        }
        if (key.shape() == InputObject.Shape.STRING || reader.peek() == JsonToken.STRING) {
            return Optional.of(List.of(readString(reader)));
        }
        if (reader.peek() != JsonToken.BEGIN_ARRAY) {
            throw new CommandException(place + ": expected a string, or an array of strings, at " + reader.getPath());
        }
        List<String> strings = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            strings.add(readString(reader));
        }
        reader.endArray();
        return Optional.of(strings);
    }

    private String readString(JsonReader reader) throws IOException {
        if (reader.peek() != JsonToken.STRING) {
            throw new CommandException(place + ": expected a string at " + reader.getPath());
        }
        return JsonValue.requireWholeCharacters(reader.nextString(), place);
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
