package io.tesserae.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of a row that a pipeline refuses: a text that is too long, bytes that are no picture. */
enum ErrorMode {
    /** The job fails, and its message is the pipeline's. */
    FAIL,
    /** The row has no answer, and the reason stands in a column. */
    NULL;

    /** As the parameter has it. */
    String parameter() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> parameters() {
        return Arrays.stream(values()).map(ErrorMode::parameter).toList();
    }

    static ErrorMode of(String parameter) {
        return valueOf(parameter.toUpperCase(Locale.ROOT));
    }
}
