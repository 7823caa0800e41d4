package io.tesserae.kernel;

/**
 * What one thread computes of attention at a time: one head, for some neighbouring queries of one sequence.
 *
 * @param sequence of the pattern
 * @param head of the queries
 * @param firstQuery the first of the sequence's queries
 * @param endQuery the query behind the last
 */
record AttentionTask(int sequence, int head, int firstQuery, int endQuery) {

    /** The same queries of the head that comes so many after this one. */
    AttentionTask ofHeadAfter(int heads) {
        return new AttentionTask(sequence, head + heads, firstQuery, endQuery);
    }

    /** How many queries there are. */
    int queries() {
        return endQuery - firstQuery;
    }
}
