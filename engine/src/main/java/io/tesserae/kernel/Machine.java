package io.tesserae.kernel;

import io.tesserae.tensor.Precision;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What layers compute on, and the inside of an engine: kernels, the threads that share the work, and memory that is used again from
 * call to call. Thread-safe.
 */
public final class Machine {

    /** A workspace of more floats than this (256 MB) is not kept after its call. */
    private static final long KEPT_FLOATS = 64L << 20;

    private final Kernels kernels;
    private final Workers workers;
    private final Precision weightPrecision;
    private final boolean computes;
    private final AtomicReferenceArray<Workspace> idle;

    /**
     * Takes a machine's parts together.
     *
     * @param weightPrecision what weights stored as float32 are rounded to when they are loaded
     * @param computes false where weights are only checked, and the large ones never read
     */
    public Machine(Kernels kernels, Workers workers, Precision weightPrecision, boolean computes) {
        this.kernels = kernels;
        this.computes = computes;
        this.weightPrecision = weightPrecision;
        this.workers = workers;
        idle = new AtomicReferenceArray<>(2 * workers.threads());
    }

    /** The kernels that compute. */
    public Kernels kernels() {
        return kernels;
    }

    /** What weights stored as float32 are rounded to when they are loaded. */
    public Precision weightPrecision() {
        return weightPrecision;
    }

    /** The threads that share the work. */
    public Workers workers() {
        return workers;
    }

    /** Whether models that are loaded with this read their weights, and can be asked. */
    public boolean computes() {
        return computes;
    }

    /**
     * Memory for one call; close it when the call is over.
     *
     * @throws IllegalStateException if this machine only checks
     */
    public Workspace workspace() {
        if (!computes) {
            throw new IllegalStateException(
                    "this model was loaded to be checked, without its weights; load it again with"
                            + " an engine that computes, as Engine.shared()");
        }
        for (int i = 0; i < idle.length(); i++) {
            Workspace workspace = idle.getAndSet(i, null);
            if (workspace != null) {
                return workspace;
            }
        }
        return new Workspace(this);
    }

    void release(Workspace workspace) {
        if (workspace.size() > KEPT_FLOATS) {
            return;
        }
        for (int i = 0; i < idle.length(); i++) {
            if (idle.compareAndSet(i, null, workspace)) {
                return;
            }
        }
    }
}
