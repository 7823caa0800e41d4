package io.tesserae.benchmarks;

/**
 * An engine with a classifier of texts or of pictures loaded, ready to be timed. {@link SideBySide} lets several take turns.
 *
 * <p>All contenders of one comparison hold the same checkpoint, in float32 where they do not say otherwise, and are given the
 * same number of threads.
 */
public interface Contender extends AutoCloseable {

    /** What the table calls it. */
    String name();

    /**
     * The answers to a workload, so that nobody is fast by computing something else.
     *
     * @param workload of the kind that the classifier takes; of another kind it is an error
     * @return {@code [batch, labels]}
     */
    float[][] logits(Workload workload);

    /** Whether the answers are those of float32 arithmetic, so that they can be held against another engine's. */
    default boolean isExact() {
        return true;
    }

    /** Runs a workload for so many seconds, after a warm-up of its own, and says how long a run took. */
    Timing time(Workload workload, double seconds);

    @Override
    void close();
}
