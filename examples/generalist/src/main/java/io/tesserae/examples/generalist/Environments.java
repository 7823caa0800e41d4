package io.tesserae.examples.generalist;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The environments there are, by their names. */
public final class Environments {

    private static final Map<String, Supplier<Environment>> ALL = new LinkedHashMap<>();

    static {
        ALL.put(CartPole.NAME, CartPole::new);
        ALL.put(Pendulum.NAME, Pendulum::new);
        ALL.put(GridWorld.NAME, GridWorld::new);
    }

    private Environments() {}

    /** Their names, always in the same order. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * A new environment.
     *
     * @param name one of {@link #names()}
     * @throws IllegalArgumentException if there is none of this name
     */
    public static Environment named(String name) {
        Supplier<Environment> environment = ALL.get(name);
        if (environment == null) {
            throw new IllegalArgumentException(
                    "environment: expected one of " + String.join(", ", names()) + ", found " + name);
        }
        return environment.get();
    }
}
