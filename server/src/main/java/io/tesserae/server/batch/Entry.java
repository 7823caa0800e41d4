package io.tesserae.server.batch;

import java.util.concurrent.CompletableFuture;

/**
 * An input that waits for its answer.
 *
 * @param tokens what it costs
 * @param queuedAt when it came, by {@link System#nanoTime}
 * @param answer where the answer goes; cancelled by who asked and has left
 */
record Entry<I, O, A>(I input, O options, int tokens, long queuedAt, CompletableFuture<BatchAnswer<A>> answer) {

    boolean isLeft() {
        return answer.isCancelled();
    }
}
