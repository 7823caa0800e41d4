package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.image.ImageException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/**
 * One input of many, and where it stands.
 *
 * @param <T> text or picture
 */
public sealed interface Input<T> {

    Place place();

    /**
     * What it is.
     *
     * @throws CommandException if it could not be read
     */
    T value();

    /** An input; whether the task can do anything with it is not said yet. */
    record Read<T>(Place place, T value) implements Input<T> {}

    /** What stands in the place of an input and is none. */
    record Unreadable<T>(Place place, RuntimeException reason) implements Input<T> {
        @Override
        public T value() {
            throw reason;
        }
    }

    /** Whether a failure is the fault of one input, so that the next one may well have an answer. */
    static boolean isAtFault(RuntimeException failure) {
        return switch (failure) {
            case CommandException _, ImageException _ -> true;
            case IllegalArgumentException e -> e.getMessage() != null;
            case UncheckedIOException e -> e.getCause() instanceof FileSystemException;
            default -> false;
        };
    }
}
