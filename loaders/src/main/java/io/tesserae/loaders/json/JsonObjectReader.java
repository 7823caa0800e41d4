package io.tesserae.loaders.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the values of a JSON object with their types checked: what is not as expected is an error that names file,
 * key, what was expected and what was found.
 *
 * <p>An absent key and a null are the same, as they are to transformers.
 *
 * @param object what to read
 * @param where the file's name, for error messages
 * @param path the keys that lead to the object, each with a dot behind it; empty for the file's own
 */
public record JsonObjectReader(JsonObject object, String where, String path) {

    /** The object that a file holds. */
    public static JsonObjectReader ofFile(ModelFiles files, String name, long byteLimit) throws IOException {
        String where = files.describe(name);
        return new JsonObjectReader(StrictJson.parseObject(files.readText(name, byteLimit), where), where, "");
    }

    /** The object that a file holds, or an empty one if there is no such file. */
    public static JsonObjectReader ofFileIfPresent(ModelFiles files, String name, long byteLimit) throws IOException {
        return files.exists(name)
                ? ofFile(files, name, byteLimit)
                : new JsonObjectReader(new JsonObject(), files.describe(name), "");
    }

    public boolean has(String key) {
        return value(key).isPresent();
    }

    public Set<String> keys() {
        return object.keySet();
    }

    /** The value of a key, unless it is absent or null. */
    public Optional<JsonElement> value(String key) {
        JsonElement value = object.get(key);
        return value == null || value instanceof JsonNull ? Optional.empty() : Optional.of(value);
    }

    public Optional<String> string(String key) {
        return value(key).map(value -> asString(key, value));
    }

    public String requireString(String key) {
        return string(key).orElseThrow(() -> wrong(key, "a string", null));
    }

    public Optional<Boolean> bool(String key) {
        return value(key).map(value -> {
            if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
                return primitive.getAsBoolean();
            }
            throw wrong(key, "true or false", value);
        });
    }

    public boolean bool(String key, boolean absent) {
        return bool(key).orElse(absent);
    }

    /** A whole number from 0 to 2,147,483,647. */
    public Optional<Integer> count(String key) {
        return value(key).map(value -> asCount(key, value));
    }

    public int requireCount(String key) {
        return count(key).orElseThrow(() -> wrong(key, "a whole number", null));
    }

    /**
     * A number that may be written as {@code 512}, {@code 512.0} or {@code 1e30}; never more than {@code
     * Integer.MAX_VALUE}.
     */
    public Optional<Integer> cappedNumber(String key) {
        return value(key).map(value -> {
            if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
                double number = primitive.getAsDouble();
                if (number >= 0) {
                    return (int) Math.min(number, Integer.MAX_VALUE);
                }
            }
            throw wrong(key, "a number, 0 or more", value);
        });
    }

    public Optional<JsonObjectReader> child(String key) {
        return value(key).map(value -> asObject(key, value));
    }

    public JsonObjectReader requireChild(String key) {
        return child(key).orElseThrow(() -> wrong(key, "an object", null));
    }

    /** The elements of an array; none if it is absent. */
    public List<JsonElement> array(String key) {
        return value(key)
                .map(value -> {
                    if (value instanceof JsonArray array) {
                        return array.asList();
                    }
                    throw wrong(key, "an array", value);
                })
                .orElse(List.of());
    }

    /** The elements of an array of objects; none if it is absent. */
    public List<JsonObjectReader> objects(String key) {
        List<JsonObjectReader> objects = new ArrayList<>();
        for (JsonElement element : array(key)) {
            objects.add(asObject(key + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    public String asString(String key, JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw wrong(key, "a string", value);
    }

    public JsonObjectReader asObject(String key, JsonElement value) {
        if (value instanceof JsonObject child) {
            return new JsonObjectReader(child, where, path + key + ".");
        }
        throw wrong(key, "an object", value);
    }

    public int asCount(String key, JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            String digits = primitive.getAsString();
            if (digits.length() <= 10 && isDigits(digits)) {
                long number = Long.parseLong(digits);
                if (number <= Integer.MAX_VALUE) {
                    return (int) number;
                }
            }
        }
        throw wrong(key, "a whole number from 0 to 2147483647", value);
    }

    /** A loop, since a vocabulary has tens of thousands of numbers, and is mostly read by a JVM that has just started. */
    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Requires a key to have one of these values, where it is there at all. */
    public void requireOneOf(String key, String... allowed) {
        string(key).ifPresent(found -> {
            if (!List.of(allowed).contains(found)) {
                throw wrong(key, String.join(" or ", allowed), object.get(key));
            }
        });
    }

    public ModelLoadingException wrong(String key, String expected, JsonElement found) {
        return new ModelLoadingException(
                where + ": " + path + key + ": expected " + expected + ", found " + StrictJson.describe(found));
    }
}
