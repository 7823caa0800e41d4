package io.tesserae.model;

/** From the loading to the closing of a model that has all its weights in memory: it could answer after that, and must not. */
final class Lifetime {

    private volatile boolean over;

    /** Refuses a call that comes too late. */
    void requireOpen() {
        if (over) {
            throw new IllegalStateException(
                    "the model is closed; load it again, or close it when the last call is over");
        }
    }

    void end() {
        over = true;
    }
}
