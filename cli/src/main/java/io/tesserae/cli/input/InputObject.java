package io.tesserae.cli.input;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a JSON object that is an input, as an {@link InputFormat} knows them; those that were null are absent.
 *
 * @param members by name: strings, and arrays of strings
 * @param arrays the names of those that are arrays
 * @param values by name: members that may be of any kind
 */
record InputObject(Map<String, List<String>> members, Set<String> arrays, Map<String, JsonElement> values) {

    /** What a member may be. */
    enum Shape {
        /** A string. */
        STRING,
        /** A string, or an array of strings. */
        STRINGS,
        /** Whatever JSON has; the format looks at it. */
        ANY
    }

    /**
     * What an object may have for a member.
     *
     * @param name of the member
     * @param required whether the object must have it, and not as null
     * @param shape what it may be
     */
    record Key(String name, boolean required, Shape shape) {

        static Key required(String name) {
            return new Key(name, true, Shape.STRING);
        }

        static Key optional(String name) {
            return new Key(name, false, Shape.STRING);
        }

        static Key requiredArray(String name) {
            return new Key(name, true, Shape.STRINGS);
        }

        static Key optionalArray(String name) {
            return new Key(name, false, Shape.STRINGS);
        }

        static Key optionalValue(String name) {
            return new Key(name, false, Shape.ANY);
        }
    }

    /** A member that must be there. */
    String text(String name) {
        return members.get(name).getFirst();
    }

    /** A member that may be there. */
    Optional<String> optionalText(String name) {
        return Optional.ofNullable(members.get(name)).map(List::getFirst);
    }

    /** Whether a member is there, and a string, where it may be an array too. */
    boolean isText(String name) {
        return members.containsKey(name) && !arrays.contains(name);
    }

    /** A member that is an array, or a string, which is an array of one then; empty if it is absent. */
    Optional<List<String>> texts(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** A member of any kind; empty if it is absent. */
    Optional<JsonElement> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Whether a member is there. */
    boolean has(String name) {
        return members.containsKey(name) || values.containsKey(name);
    }
}
