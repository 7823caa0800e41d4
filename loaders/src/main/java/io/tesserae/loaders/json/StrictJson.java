package io.tesserae.loaders.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.system.MemoryLimit;
import java.io.IOException;
import java.io.StringReader;

/**
 * JSON that comes from outside, read by the letter of RFC 8259: no comments, no single quotes, no {@code NaN}, no
 * byte order mark, nothing after the value. Two things that the RFC leaves open are refused as well, because readers
 * disagree about them: a key that occurs twice in one object, and half a surrogate pair in a string.
 *
 * <p>Numbers keep the digits they were written with, so that whoever reads one decides what fits: {@code 1.0} is still
 * {@code 1.0} when an integer was expected.
 */
public final class StrictJson {

    /** As deep as serde_json, the reference's reader, goes. Deeper input is an attack on the stack. */
    static final int NESTING_LIMIT = 128;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private StrictJson() {}

    /**
     * Parses a text that must be one JSON object.
     *
     * @param where the file's name, for error messages
     * @throws ModelLoadingException if it is anything else
     */
    public static JsonObject parseObject(String text, String where) {
        JsonElement value = parse(text, where);
        if (!(value instanceof JsonObject object)) {
            throw new ModelLoadingException(where + ": expected a JSON object, found " + describe(value));
        }
        return object;
    }

    /**
     * Parses a text that must be one JSON value of any kind.
     *
     * @param where the file's name, for error messages
     * @throws ModelLoadingException if it is not
     */
    public static JsonElement parse(String text, String where) {
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            throw new ModelLoadingException(where + ": not valid JSON: begins with a byte order mark");
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(NESTING_LIMIT);
        try {
            JsonElement value = readValue(reader, where);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new ModelLoadingException(where + ": not valid JSON: more text after the value");
            }
            return value;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new ModelLoadingException(where + ": not valid JSON: " + reason(e), e);
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    where + ": not enough memory for so much JSON; " + MemoryLimit.advice(e), e);
        }
    }

    /** What kind of value this is, for error messages: {@code a string "abc"}. Long values are cut. */
    public static String describe(JsonElement value) {
        return switch (value) {
            case null -> "nothing";
            case JsonNull ignored -> "null";
            case JsonObject ignored -> "an object";
            case JsonArray array -> "an array of " + array.size();
            case JsonPrimitive primitive when primitive.isString() -> "the string " + excerpt(primitive.toString());
            case JsonPrimitive primitive -> excerpt(primitive.toString());
            default -> value.getClass().getSimpleName();
        };
    }

    private static JsonElement readValue(JsonReader reader, String where) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> readObject(reader, where);
            case BEGIN_ARRAY -> readArray(reader, where);
            case STRING -> new JsonPrimitive(requireWholeCharacters(reader.nextString(), reader, where));
            case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            case END_OBJECT, END_ARRAY, NAME, END_DOCUMENT ->
                throw new ModelLoadingException(where + ": not valid JSON: no value at " + reader.getPath());
        };
    }

    private static JsonObject readObject(JsonReader reader, String where) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = requireWholeCharacters(reader.nextName(), reader, where);
            int before = object.size();
            object.add(name, readValue(reader, where));
            if (object.size() == before) {
                throw new ModelLoadingException(
                        where + ": the key " + excerpt(reader.getPath()) + " stands twice in one object");
            }
        }
        reader.endObject();
        return object;
    }

    private static JsonArray readArray(JsonReader reader, String where) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(readValue(reader, where));
        }
        reader.endArray();
        return array;
    }

    private static String requireWholeCharacters(String string, JsonReader reader, String where) {
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                if (!Character.isSurrogatePair(string.charAt(i), i + 1 < string.length() ? string.charAt(i + 1) : 0)) {
                    throw new ModelLoadingException(
                            where + ": half a surrogate pair in the string at " + excerpt(reader.getPath()));
                }
                i++;
            }
        }
        return string;
    }

    /** Gson's message ends in advice for Java programmers; the place it names is what a reader of the file needs. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        int place = message.indexOf(" at line ");
        return place >= 0 && message.startsWith("Use JsonReader")
                ? "malformed" + excerpt(message.substring(place))
                : excerpt(message);
    }

    private static String excerpt(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
