package io.tesserae.server.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.server.failure.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The members of a JSON object that a request brings. One that is null is as good as absent.
 *
 * @param object the object
 * @param place what messages call it: {@code parameters}; empty for the body itself
 */
public record Members(JsonObject object, String place) {

    /** An object without members. */
    public static final Members NONE = new Members(new JsonObject(), "");

    /**
     * The object of these members.
     *
     * @throws RequestException if it is none
     */
    public static Members of(JsonElement value, String place) {
        if (!(value instanceof JsonObject object)) {
            throw RequestException.validation(place + ": expected an object, found " + RequestJson.describe(value));
        }
        return new Members(object, place);
    }

    private String name(String member) {
        return place.isEmpty() ? member : place + "." + member;
    }

    private RequestException unexpected(String member, String expected) {
        return RequestException.validation(
                name(member) + ": expected " + expected + ", found " + RequestJson.describe(object.get(member)));
    }

    /** Whether a member is written down, as null perhaps. */
    public boolean isGiven(String member) {
        return object.has(member);
    }

    /** A member of any kind. */
    public Optional<JsonElement> value(String member) {
        return Optional.ofNullable(object.get(member)).filter(value -> !value.isJsonNull());
    }

    /** A member that must be there. */
    public JsonElement require(String member) {
        return value(member).orElseThrow(() -> RequestException.validation("missing field `" + name(member) + "`"));
    }

    /** Refuses members of other names. */
    public void requireOnly(String... known) {
        Set<String> others = new TreeSet<>(object.keySet());
        others.removeAll(Set.of(known));
        if (!others.isEmpty()) {
            throw RequestException.validation(
                    "unknown key \"" + RequestJson.excerpt(others.iterator().next()) + "\""
                            + (place.isEmpty() ? "" : " in " + place) + "; expected "
                            + (known.length == 0 ? "none" : String.join(", ", known)));
        }
    }

    /** A string. */
    public Optional<String> string(String member) {
        return value(member).map(value -> {
            if (!isString(value)) {
                throw unexpected(member, "a string");
            }
            return value.getAsString();
        });
    }

    /** True or false. */
    public boolean bool(String member, boolean otherwise) {
        return value(member)
                .map(value -> {
                    if (!(value instanceof JsonPrimitive primitive && primitive.isBoolean())) {
                        throw unexpected(member, "true or false");
                    }
                    return value.getAsBoolean();
                })
                .orElse(otherwise);
    }

    /** A whole number from 0. */
    public OptionalInt integer(String member) {
        Optional<JsonElement> value = value(member);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(integer(value.get())
                .orElseThrow(() -> unexpected(member, "a whole number from 0 to " + Integer.MAX_VALUE)));
    }

    /** A whole number from 0; empty if it is none. */
    static Optional<Integer> integer(JsonElement value) {
        if (!(value instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
            return Optional.empty();
        }
        String digits = primitive.getAsString();
        if (!digits.matches("[0-9]{1,10}") || Long.parseLong(digits) > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(digits));
    }

    /** Strings, or one of them. */
    public Optional<List<String>> strings(String member) {
        return value(member).map(value -> {
            if (isString(value)) {
                return List.of(value.getAsString());
            }
            if (!(value instanceof JsonArray array)) {
                throw unexpected(member, "an array of strings");
            }
            return strings(array, name(member));
        });
    }

    /**
     * The strings of an array.
     *
     * @throws RequestException if one of its elements is none
     */
    public static List<String> strings(JsonArray array, String name) {
        List<String> strings = new ArrayList<>(array.size());
        for (JsonElement element : array) {
            if (!isString(element)) {
                throw RequestException.validation(
                        name + "[" + strings.size() + "]: expected a string, found " + RequestJson.describe(element));
            }
            strings.add(element.getAsString());
        }
        return strings;
    }

    /** Whether a value is a string. */
    public static boolean isString(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString();
    }

    /**
     * The whole numbers of an array.
     *
     * @throws RequestException if one of its elements is none
     */
    public static int[] integers(JsonArray array, String name) {
        int[] integers = new int[array.size()];
        for (int i = 0; i < integers.length; i++) {
            int place = i;
            integers[i] = integer(array.get(i))
                    .orElseThrow(() -> RequestException.validation(name + "[" + place
                            + "]: expected a token's id, found " + RequestJson.describe(array.get(place))));
        }
        return integers;
    }
}
