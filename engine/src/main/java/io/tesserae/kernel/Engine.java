package io.tesserae.kernel;

import io.tesserae.tensor.Arguments;
import io.tesserae.tensor.Precision;
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

    /** Not built when the class is: what fails once, as a wrong property does, may succeed later. */
    private static volatile Engine shared;

    /**
     * The engine of this process: the machine's best kernels, and as many threads as {@link Builder#threads} says by default.
     *
     * @throws IllegalArgumentException if a system property asks for kernels or threads that there cannot be
     */
    public static Engine shared() {
        Engine engine = shared;
        return engine != null ? engine : buildShared();
    }

    private static synchronized Engine buildShared() {
        if (shared == null) {
            shared = builder().build();
        }
        return shared;
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

        private int threads; // 0 if nobody has said
        private Kernels kernels;
        private Precision weightPrecision = Precision.FLOAT32;

        private Builder() {}

        /**
         * How many threads share the work of a call, the calling thread included; 1 to 4,096. By default the system
         * property {@code tesserae.threads}, and without it the number of processors.
         */
        public Builder threads(int threads) {
            this.threads = Workers.requireThreads(threads);
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
            this.weightPrecision = Arguments.require(precision, "precision");
            return this;
        }

        /**
         * Makes the engine. Its threads start when there is work for them.
         *
         * @throws IllegalArgumentException if a system property is wrong, whose value would be used
         */
        public Engine build() {
            return new Engine(
                    kernels == null ? Kernels.best() : kernels,
                    new Workers(threads == 0 ? defaultThreads() : threads),
                    weightPrecision,
                    true);
        }

        private static int defaultThreads() {
            String wanted = System.getProperty("tesserae.threads", "");
            if (wanted.isEmpty()) {
                return Math.min(Runtime.getRuntime().availableProcessors(), Workers.MOST_THREADS);
            }
            try {
                return Workers.requireThreads(Integer.parseInt(wanted));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "system property tesserae.threads: expected a whole number from 1 to " + Workers.MOST_THREADS
                                + ", found \"" + wanted + "\"",
                        e);
            }
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
