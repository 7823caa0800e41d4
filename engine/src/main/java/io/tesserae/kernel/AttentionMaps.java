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
}
