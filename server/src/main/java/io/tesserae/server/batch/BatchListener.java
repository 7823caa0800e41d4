package io.tesserae.server.batch;

/** Is told what goes through a {@link Batcher}; its methods return at once, and throw nothing. */
public interface BatchListener {

    /** Does nothing. */
    BatchListener NONE = new BatchListener() {
        @Override
        public void queued(int entries) {}

        @Override
        public void batch(int entries, int tokens, long nanos) {}
    };

    /** The queue is this much longer, or shorter. */
    void queued(int entries);

    /**
     * A batch is done.
     *
     * @param entries how many inputs it had
     * @param tokens how many tokens they had together
     * @param nanos how long it took
     */
    void batch(int entries, int tokens, long nanos);
}
