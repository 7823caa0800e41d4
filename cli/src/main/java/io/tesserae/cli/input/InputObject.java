package io.tesserae.cli.input;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a JSON object that is an input, as an {@link InputFormat} knows them; those that were null are absent.
 *
 * @param members by name: strings, and arrays of strings
 * @param arrays the names of those that are arrays
 */
record InputObject(Map<String, List<String>> members, Set<String> arrays) {

    /**
     * What an object may have for a member.
     *
     * @param name of the member
     * @param required whether the object must have it, and not as null
     * @param several whether it may be an array of strings, and not only a string
     */
    record Key(String name, boolean required, boolean several) {

        static Key required(String name) {
            return new Key(name, true, false);
        }

        static Key optional(String name) {
            return new Key(name, false, false);
        }

        static Key requiredArray(String name) {
            return new Key(name, true, true);
        }

        static Key optionalArray(String name) {
            return new Key(name, false, true);
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
}
