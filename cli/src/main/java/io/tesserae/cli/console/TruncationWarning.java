package io.tesserae.cli.console;

/** Counts the inputs whose ends were cut off, and says at the end, once, how many they were. */
public final class TruncationWarning implements AutoCloseable {

    private final Console console;
    private final String noun;
    private long inputs;
    private long truncated;

    public TruncationWarning(Console console) {
        this(console, "input");
    }

    /** What inputs are called, one of them: {@code text}. */
    public TruncationWarning(Console console, String noun) {
        this.console = console;
        this.noun = noun;
    }

    /** An input, and how many of its tokens were cut off. */
    public void count(int truncatedTokens) {
        inputs++;
        truncated += truncatedTokens > 0 ? 1 : 0;
    }

    @Override
    public void close() {
        if (truncated > 0) {
            console.warning(
                    inputs == 1
                            ? "the " + noun + " is longer than the model takes; its end was not read"
                            : truncated + " of " + inputs + " " + noun + "s are longer than the model takes; their"
                                    + " ends were not read");
        }
    }
}
