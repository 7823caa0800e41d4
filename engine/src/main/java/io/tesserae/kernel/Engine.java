package io.tesserae.kernel;

import io.tesserae.tensor.Precision;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What models run on: kernels, the threads that share the work, and memory that is used again from call to call.
 *
 * <p>Thread-safe. Models loaded with one engine share its threads; {@link #shared()} is the one that everything uses unless
 * told otherwise, so an application that loads ten models has one set of threads.
 */
public final class Engine implements AutoCloseable {

    /** A workspace of more floats than this (256 MB) is not kept after its call. */
    private static final long KEPT_FLOATS = 64L << 20;

    private final Kernels kernels;
    private final Workers workers;
    private final Precision weightPrecision;
    private final boolean computes;
    private final AtomicReferenceArray<Workspace> idle;

    private Engine(Kernels kernels, Workers workers, Precision weightPrecision, boolean computes) {
        this.kernels = kernels;
        this.computes = computes;
        this.weightPrecision = weightPrecision;
        this.workers = workers;
        idle = new AtomicReferenceArray<>(2 * workers.threads());
    }

    private static final class Shared {
        static final Engine ENGINE = builder().build();
    }

    /** The engine of this process: the machine's best kernels, and as many threads as {@link Builder#threads} says by default. */
    public static Engine shared() {
        Kernels.best(); // if that cannot be had, says why
        return Shared.ENGINE;
    }

    /**
     * An engine that says whether a model can be loaded, and no more: names, shapes and types of all weights are checked as for
     * any other, by the same code, but the large ones are not read. What is loaded with it refuses to compute.
     */
    public static Engine checking() {
        return new Engine(Kernels.scalar(), new Workers(1), Precision.FLOAT32, false);
    }

    /** Begins an engine with choices of its own. */
    public static Builder builder() {
        return new Builder();
    }

    /** The choices there are. */
    public static final class Builder {

        private int threads =
                Integer.getInteger("tesserae.threads", Runtime.getRuntime().availableProcessors());
        private Kernels kernels;
        private Precision weightPrecision = Precision.FLOAT32;

        private Builder() {}

        /**
         * How many threads share the work of a call, the calling thread included; 1 or more. By default the system
         * property {@code tesserae.threads}, and without it the number of processors.
         */
        public Builder threads(int threads) {
            if (threads < 1) {
                throw new IllegalArgumentException("threads: expected 1 or more, found " + threads);
            }
            this.threads = threads;
            return this;
        }

        /** Which kernels compute; by default the best there are. All give the same bits. */
        public Builder kernels(Kernels kernels) {
            this.kernels = kernels;
            return this;
        }

        /**
         * What the weights of linear layers are rounded to when they are loaded: half precision takes half the memory, and somewhat
         * less time for short texts. Answers then differ from the checkpoint's, as if the checkpoint had been stored so; the
         * arithmetic stays float32. By default {@link Precision#FLOAT32}, nothing is rounded. Weights that a checkpoint stores with 16
         * bits stay as they are, whatever is said here; biases, norms and embeddings do too.
         */
        public Builder weightPrecision(Precision precision) {
            this.weightPrecision = Objects.requireNonNull(precision, "precision");
            return this;
        }

        /** Starts the engine's threads. */
        public Engine build() {
            return new Engine(
                    kernels == null ? Kernels.best() : kernels,
                    new Workers(Math.max(1, threads)),
                    weightPrecision,
                    true);
        }
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
    boolean computes() {
        return computes;
    }

    /**
     * Memory for one call; close it when the call is over.
     *
     * @throws IllegalStateException if this engine only {@linkplain #checking() checks}
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

    /** Ends the engine's threads. Models loaded with it go on working, on their callers' threads alone. */
    @Override
    public void close() {
        workers.close();
    }
}
