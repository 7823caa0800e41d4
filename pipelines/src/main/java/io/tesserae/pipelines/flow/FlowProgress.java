package io.tesserae.pipelines.flow;

/** Is told how far a pair of pictures is: a large one takes minutes. What it throws ends the pair, and is thrown to whoever asked. */
@FunctionalInterface
public interface FlowProgress {

    /** Nobody wants to know. */
    FlowProgress NONE = (_, _) -> {};

    /**
     * One more tile is done.
     *
     * @param tiles of the pair that are done, 1 or more
     * @param of how many it has
     */
    void reached(int tiles, int of);
}
