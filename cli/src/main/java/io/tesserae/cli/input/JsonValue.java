package io.tesserae.cli.input;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.output.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A value of any kind inside a line of JSON.
 *
 * @param reader stands before it, and goes no deeper than {@link #NESTING_LIMIT}
 * @param place what messages call the line
 */
record JsonValue(JsonReader reader, String place) {

    /** Deeper input is an attack on the stack. */
    static final int NESTING_LIMIT = 128;

    /**
     * Reads it.
     *
     * @throws CommandException if a key stands twice in one object, or a string has half a surrogate pair
     */
    JsonElement read() throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> readObject();
            case BEGIN_ARRAY -> readArray();
            case STRING -> new JsonPrimitive(requireWholeCharacters(reader.nextString(), place));
            case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            case END_OBJECT, END_ARRAY, NAME, END_DOCUMENT ->
                throw new IllegalStateException("expected a value at " + reader.getPath());
        };
    }

    private JsonObject readObject() throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = requireWholeCharacters(reader.nextName(), place);
            int before = object.size();
            object.add(name, read());
            if (object.size() == before) {
                throw new CommandException(
                        place + ": the key " + new Json().string(name) + " stands twice in one object");
            }
        }
        reader.endObject();
        return object;
    }

    private JsonArray readArray() throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(read());
        }
        reader.endArray();
        return array;
    }

    static String requireWholeCharacters(String string, String place) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
            throw new CommandException(place + ": half a surrogate pair in a string");
        }
        return string;
    }
}
