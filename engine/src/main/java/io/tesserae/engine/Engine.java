package io.tesserae.engine;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Machine;
import io.tesserae.kernel.Workers;
import io.tesserae.tensor.Precision;

/**
 * What models run on: kernels, the threads that share the work, and memory that is used again from call to call.
 *
 * <p>Thread-safe. Models loaded with one engine share its threads; {@link #shared()} is the one that everything uses unless
 * told otherwise, so an application that loads ten models has one set of threads.
 */
public final class Engine implements AutoCloseable {

    private final Machine machine;

    private Engine(Machine machine) {
        this.machine = machine;
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
        return new Engine(new Machine(Kernels.scalar(), new Workers(1), Precision.FLOAT32, false));
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

        /** Which kernels compute; by default the best there are. All give the same bits. Not API: kernels are not exported. */
        @SuppressWarnings("exports")
        public Builder kernels(Kernels kernels) {
            this.kernels = kernels;
            return this;
        }

        /**
         * What the weights of linear layers are rounded to when they are loaded: half precision takes half the memory, and somewhat
         * less time for short texts; {@link Precision#INT8} a quarter, and less time again. Answers then differ from the checkpoint's,
         * as if the checkpoint had been stored so; the arithmetic stays float32. By default {@link Precision#FLOAT32}, nothing is
         * rounded. Weights that a checkpoint stores with 16 bits stay as they are, unless they are to have 8; biases, norms and
         * embeddings stay in any case.
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
            return new Engine(new Machine(
                    kernels == null ? Kernels.best() : kernels,
                    new Workers(threads == 0 ? defaultThreads() : threads),
                    weightPrecision,
                    true));
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

    /** How many threads share the work of a call, the calling thread included. */
    public int threads() {
        return machine.workers().threads();
    }

    /** The kernels that compute, for people: {@code "vector, 512 bits"}. */
    public String description() {
        return machine.kernels().description();
    }

    /** Threads and kernels, in a line. */
    @Override
    public String toString() {
        return threads() + (threads() == 1 ? " thread, " : " threads, ") + description() + " kernels";
    }

    /** What weights stored as float32 are rounded to when they are loaded. */
    public Precision weightPrecision() {
        return machine.weightPrecision();
    }

    /** Whether models that are loaded with it compute; not if it is one that is {@linkplain #checking() checking}. */
    public boolean computes() {
        return machine.computes();
    }

    /** The inside, for the layers. Not API: kernels are not exported. */
    @SuppressWarnings("exports")
    public Machine machine() {
        return machine;
    }

    /** Ends the engine's threads. Models loaded with it go on working, on their callers' threads alone. */
    @Override
    public void close() {
        machine.workers().close();
    }
}
