package io.tesserae.cli.task;

import io.tesserae.cli.option.Choice;
import java.util.List;

/** What an input that is no good does to a run over many. */
enum OnError {
    /** Ends it. */
    FAIL,
    /** Has an error in the place of its answer. */
    SKIP;

    /** From the command line. */
    static final class Converter extends Choice<OnError> {
        Converter() {
            super(List.of(OnError.values()));
        }
    }
}
