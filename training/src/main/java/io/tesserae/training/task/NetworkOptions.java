package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a network is put together for training.
 *
 * @param seed for heads that begin anew; the run's
 * @param dropout in place of all that the configuration has, from 0 to below 1; empty to keep those
 * @param frozen parameters that stay as they are: each is the beginning of names ({@code bert.embeddings}), or a pattern with {@code *}
 *     for anything
 */
public record NetworkOptions(long seed, OptionalDouble dropout, List<String> frozen) {

    /** The configuration's dropout, nothing frozen, transformers' seed. */
    public static final NetworkOptions DEFAULTS = new NetworkOptions(42, OptionalDouble.empty(), List.of());

    /** Checks the dropout. */
    public NetworkOptions {
        frozen = List.copyOf(Arguments.requireAll(frozen, "frozen"));
        if (Arguments.require(dropout, "dropout").isPresent()
                && !(dropout.getAsDouble() >= 0 && dropout.getAsDouble() < 1)) {
            throw new IllegalArgumentException(
                    "dropout: expected a number from 0 to below 1, found " + dropout.getAsDouble());
        }
    }
}
