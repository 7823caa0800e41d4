package io.tesserae.cli.input;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.ProgressLine;

/** How far the reading of inputs is. */
public final class InputProgress {

    private InputProgress() {}

    /** A bar where a person watches standard error, answers go elsewhere, and there is much to do. */
    public static Progress of(Inputs<?> inputs, Console console) {
        boolean wanted = console.terminals().err()
                && !console.isQuiet()
                && !console.terminals().out()
                && inputs.size().orElse(0L) >= Progress.SMALLEST_FILE;
        return wanted ? new ProgressLine(inputs.size().get(), console.err()) : Progress.NONE;
    }
}
