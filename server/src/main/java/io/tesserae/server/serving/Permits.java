package io.tesserae.server.serving;

import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import java.util.concurrent.Semaphore;

/** How many inputs may be in work or wait. Nobody waits for a permit: who comes too many is told so at once. Thread-safe. */
public final class Permits {

    private final Semaphore free;
    private final int all;
    private final int mostOfOne;

    /**
     * So many.
     *
     * @param mostOfOne how many one request may take
     */
    public Permits(int all, int mostOfOne) {
        this.free = new Semaphore(all);
        this.all = all;
        this.mostOfOne = mostOfOne;
    }

    /** How many are taken. */
    public int taken() {
        return all - free.availablePermits();
    }

    /**
     * Takes one for each input of a request.
     *
     * @throws RequestException if there are no inputs, or more than a request may have, or too few permits are left
     */
    void take(int inputs) {
        if (inputs == 0) {
            throw RequestException.empty("`inputs` cannot be empty");
        }
        if (inputs > mostOfOne) {
            throw RequestException.validation("batch size " + inputs + " > maximum allowed batch size " + mostOfOne);
        }
        if (!free.tryAcquire(inputs)) {
            throw new RequestException(ErrorType.OVERLOADED, "Model is overloaded");
        }
    }

    void giveBack(int inputs) {
        free.release(inputs);
    }
}
