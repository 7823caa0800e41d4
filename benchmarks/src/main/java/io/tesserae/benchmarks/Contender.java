package io.tesserae.benchmarks;

/**
 * An engine with a text classifier loaded, ready to be timed. {@link SideBySide} lets several take turns.
 *
 * <p>All contenders of one comparison hold the same checkpoint, in float32, and are given the same number of threads.
 */
public interface Contender extends AutoCloseable {

    /** What the table calls it. */
    String name();

    /**
     * The answers to a workload, so that nobody is fast by computing something else.
     *
     * @return {@code [batch, labels]}
     */
    float[][] logits(Workload workload);

    /** Runs a workload for so many seconds, after a warm-up of its own, and says how long a run took. */
    Timing time(Workload workload, double seconds);

    @Override
    void close();
}
