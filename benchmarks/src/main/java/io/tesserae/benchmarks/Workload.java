package io.tesserae.benchmarks;

/**
 * A batch to run a model on: token sequences or pictures.
 *
 * <p>What is in it is made by a rule, not drawn, so that every engine, in whatever language, is fed the same batch and the
 * answers can be compared.
 */
public sealed interface Workload permits TokenWorkload, PaddedWorkload, ImageWorkload {

    /** What the speed on a workload is counted in. */
    enum Unit {
        TOKENS("tokens", "batch x tokens", "%.0f"),
        IMAGES("images", "images @ pixels", "%.2f");

        private final String plural;
        private final String form;
        private final String format;

        Unit(String plural, String form, String format) {
            this.plural = plural;
            this.form = form;
            this.format = format;
        }

        /** As in "tokens/s". */
        String plural() {
            return plural;
        }

        /** How workloads of this unit are written, for the head of a table. */
        String form() {
            return form;
        }

        /** How so many a second are printed: there are thousands of tokens, but few pictures. */
        String format() {
            return format;
        }
    }

    /**
     * Reads what {@code toString()} writes: {@code 8x128} is 8 sequences of 128 tokens, {@code 3+9+16} three sequences of
     * those lengths, {@code 4@224} are 4 pictures of 224 x 224 pixels.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    static Workload parse(String text) {
        try {
            return text.contains("@") ? ImageWorkload.parse(text) : TokenWorkload.parse(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "workload \"" + text + "\": expected batch x length as 8x128, lengths as 3+9+16,"
                            + " or pictures @ pixels as 4@224",
                    e);
        }
    }

    /** The number of sequences or pictures. */
    int batch();

    /** What its speed is counted in. */
    Unit unit();

    /** How many of these it holds. */
    int units();

    /** What a table calls it. */
    default String title() {
        return toString();
    }

    /** Runs that come before the clock starts: buffers of this size are allocated and sent through the caches. */
    default int warmUpRuns() {
        return 2;
    }
}
