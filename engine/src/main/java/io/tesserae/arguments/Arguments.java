package io.tesserae.arguments;

import java.util.Collection;

/** Checks of what callers hand over: null is refused by the argument's name, as anything else that is no good. */
public final class Arguments {

    private Arguments() {}

    /**
     * The value itself.
     *
     * @param name the argument's
     * @throws IllegalArgumentException if it is null
     */
    public static <T> T require(T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": expected a value, found null");
        }
        return value;
    }

    /**
     * The values themselves.
     *
     * @throws IllegalArgumentException if the collection is null, or one of them is null
     */
    public static <C extends Collection<?>> C requireAll(C values, String name) {
        for (Object value : require(values, name)) {
            require(value, name + ": an element");
        }
        return values;
    }
}
