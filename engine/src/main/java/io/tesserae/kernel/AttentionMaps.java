package io.tesserae.kernel;

/**
 * Where the probabilities of attention go, if somebody asked.
 *
 * @param ofSequence receives {@code [heads, queries, keys]} of each sequence; empty if they are not wanted
 */
public record AttentionMaps(float[]... ofSequence) {

    /** No maps are wanted. */
    public static final AttentionMaps NONE = new AttentionMaps();

    /** Whether somebody asked. */
    public boolean areWanted() {
        return ofSequence.length > 0;
    }

    /** The map that a task writes a row of for each of its queries. */
    float[] of(AttentionTask task) {
        return ofSequence[task.sequence()];
    }

    /** Where a query's row of that map begins; its first key is the sequence's. */
    static int row(AttentionPattern pattern, AttentionTask task, int query) {
        return (task.head() * pattern.queries(task.sequence()) + query) * pattern.keys(task.sequence());
    }
}
