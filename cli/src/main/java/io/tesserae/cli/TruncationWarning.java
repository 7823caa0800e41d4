package io.tesserae.cli;

/** Counts the inputs whose ends were cut off, and says at the end, once, how many they were. */
final class TruncationWarning implements AutoCloseable {

    private final Console console;
    private long inputs;
    private long truncated;

    TruncationWarning(Console console) {
        this.console = console;
    }

    /** An input, and how many of its tokens were cut off. */
    void count(int truncatedTokens) {
        inputs++;
        truncated += truncatedTokens > 0 ? 1 : 0;
    }

    @Override
    public void close() {
        if (truncated > 0) {
            console.warning(
                    inputs == 1
                            ? "the input is longer than the model takes; its end was not read"
                            : truncated + " of " + inputs + " inputs are longer than the model takes; their"
                                    + " ends were not read");
        }
    }
}
