package io.tesserae.server.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The body of a request, read by the letter of RFC 8259: UTF-8, no comments, nothing after the value. A key that stands twice in one
 * object and half a surrogate pair are refused as well. Nothing a body holds can use up the stack.
 */
public final class RequestJson {

    /** Deeper input is an attack on the stack. */
    private static final int NESTING_LIMIT = 64;

    private RequestJson() {}

    /**
     * Reads the body, which must be one object.
     *
     * @throws RequestException if it is not
     */
    public static JsonObject object(byte[] body) {
        JsonElement value = value(text(body));
        if (!(value instanceof JsonObject object)) {
            throw RequestException.validation("expected a JSON object, found " + describe(value));
        }
        return object;
    }

    /**
     * Bytes as text.
     *
     * @throws RequestException if they are not UTF-8
     */
    public static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("it is not UTF-8");
        }
    }

    /**
     * Reads one value of any kind.
     *
     * @throws RequestException if it is none
     */
    public static JsonElement value(String text) {
        if (text.isBlank()) {
            throw RequestException.empty("the body is empty; expected a JSON object");
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(NESTING_LIMIT);
        try {
            JsonElement value = read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw malformed("more text after the value");
            }
            return value;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw malformed(reason(e));
        }
    }

    private static JsonElement read(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> readObject(reader);
            case BEGIN_ARRAY -> readArray(reader);
            case STRING -> new JsonPrimitive(requireWholeCharacters(reader.nextString()));
            case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            case END_OBJECT, END_ARRAY, NAME, END_DOCUMENT -> throw malformed("no value at " + reader.getPath());
        };
    }

    private static JsonObject readObject(JsonReader reader) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = requireWholeCharacters(reader.nextName());
            int before = object.size();
            object.add(name, read(reader));
            if (object.size() == before) {
                throw malformed("the key \"" + excerpt(name) + "\" stands twice in one object");
            }
        }
        reader.endObject();
        return object;
    }

    private static JsonArray readArray(JsonReader reader) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(read(reader));
        }
        reader.endArray();
        return array;
    }

    private static String requireWholeCharacters(String string) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
            throw malformed("half a surrogate pair in a string");
        }
        return string;
    }

    /** What kind of value this is, for messages; long ones are cut. */
    public static String describe(JsonElement value) {
        return switch (value) {
            case null -> "nothing";
            case JsonNull _ -> "null";
            case JsonObject _ -> "an object";
            case JsonArray array -> "an array of " + array.size();
            case JsonPrimitive primitive when primitive.isString() -> "the string " + excerpt(primitive.toString());
            case JsonPrimitive primitive -> excerpt(primitive.toString());
            default -> "something else";
        };
    }

    /** Gson's message ends in advice for Java programmers. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        int place = message.indexOf(" at line ");
        return place >= 0 && message.startsWith("Use JsonReader")
                ? "malformed" + excerpt(message.substring(place))
                : excerpt(message);
    }

    static String excerpt(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    private static RequestException malformed(String reason) {
        return new RequestException(ErrorType.MALFORMED, "the body is not valid JSON: " + reason);
    }
}
