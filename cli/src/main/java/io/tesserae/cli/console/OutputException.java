package io.tesserae.cli.console;

import java.io.IOException;
import java.util.Locale;

/** Standard output takes no more: whoever read it has gone, or the disk is full. */
final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    OutputException(String name, IOException cause) {
        super(name + ": " + cause.getMessage(), cause);
    }

    /** Whether the reader has gone, as {@code head} does when it has enough. Not a failure. */
    boolean readerIsGone() {
        return String.valueOf(getCause().getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
    }
}
