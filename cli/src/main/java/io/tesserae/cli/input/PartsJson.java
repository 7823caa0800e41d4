package io.tesserae.cli.input;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.generation.MixedPrompt.Part;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Words and pictures as JSON: an array of {@code {"text": ...}}, {@code {"image": ...}} and strings, which are words. */
public final class PartsJson {

    private static final long BYTE_LIMIT = 64L << 20; // pictures may be in it, as data: URIs

    private static final String EXPECTED = "a string, {\"text\": ...} or {\"image\": ...}";

    private PartsJson() {}

    /**
     * The parts in a file.
     *
     * @param option what names the file
     * @throws CommandException if it has anything else
     */
    public static List<Part> read(String file, String option) throws IOException {
        String place = option + " " + file;
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path) && Files.size(path) > BYTE_LIMIT) {
                throw new CommandException(
                        place + ": " + Files.size(path) + " bytes; at most " + BYTE_LIMIT + " are read");
            }
            JsonReader reader = new JsonReader(new StringReader(Files.readString(path, StandardCharsets.UTF_8)));
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(JsonValue.NESTING_LIMIT);
            JsonElement value = new JsonValue(reader, place).read();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new CommandException(place + " is not valid JSON: more text after the value");
            }
            return parts(value, place);
        } catch (InvalidPathException e) {
            throw new CommandException(place + ": not a file's name");
        } catch (CharacterCodingException e) {
            throw new CommandException(place + " is not valid UTF-8");
        } catch (java.nio.file.FileSystemException e) {
            throw e;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new CommandException(place + " is not valid JSON: expected an array of parts: " + EXPECTED);
        }
    }

    /**
     * The parts in a value.
     *
     * @param place where it stands, for messages
     * @throws CommandException if it is anything else
     */
    static List<Part> parts(JsonElement value, String place) {
        if (!(value instanceof JsonArray array) || array.isEmpty()) {
            throw new CommandException(place + ": expected an array of parts, one or more, each " + EXPECTED);
        }
        List<Part> parts = new ArrayList<>();
        for (JsonElement element : array) {
            parts.add(part(element, place, parts.size() + 1));
        }
        return parts;
    }

    private static Part part(JsonElement element, String place, int number) {
        if (isString(element)) {
            return new Part.Words(element.getAsString());
        }
        if (element instanceof JsonObject object) {
            if (object.keySet().equals(Set.of("text")) && isString(object.get("text"))) {
                return new Part.Words(object.get("text").getAsString());
            }
            if (object.keySet().equals(Set.of("image")) && isString(object.get("image"))) {
                return new Part.Picture(
                        ImageFormat.IMAGES.ofText(object.get("image").getAsString(), place + ": part " + number));
            }
        }
        throw new CommandException(place + ": part " + number + ": expected " + EXPECTED);
    }

    private static boolean isString(JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString();
    }
}
