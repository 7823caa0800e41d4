package io.tesserae.pipelines.schedule;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.tokenizer.Tokenizer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Loads a tokenizer and a model at the same time. A tokenizer is some 0.3 s of parsing on one thread in a JVM that has just
 * started, while the model's weights are packed and its kernels compiled on the others.
 */
public final class SideBySideLoading {

    private SideBySideLoading() {}

    /**
     * Loads both and builds a pipeline of them.
     *
     * @param model loads the model, on the calling thread; closed again if anything else fails
     * @throws io.tesserae.loaders.files.ModelLoadingException if either cannot be loaded; the tokenizer's failure, if both
     */
    public static <M extends AutoCloseable, P> P load(
            Checkpoint checkpoint, Supplier<M> model, BiFunction<Tokenizer, M, P> pipeline) {
        Arguments.require(checkpoint, "checkpoint");
        FutureTask<Tokenizer> tokenizer = new FutureTask<>(() -> AutoTokenizer.fromPretrained(checkpoint));
        start(tokenizer);
        M loaded;
        try {
            loaded = model.get();
        } catch (RuntimeException e) {
            join(tokenizer);
            throw e;
        }
        return closingOnFailure(loaded, () -> pipeline.apply(join(tokenizer), loaded));
    }

    /** On a thread of its own, or first, where the system has no thread left. */
    private static void start(Runnable work) {
        try {
            Thread.ofPlatform().daemon().name("tesserae-tokenizer").start(work);
        } catch (OutOfMemoryError e) {
            work.run();
        }
    }

    /** Waits whatever happens, so that no thread still reads files that the caller believes closed. */
    private static Tokenizer join(FutureTask<Tokenizer> tokenizer) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return tokenizer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Builds a pipeline of a model that is loaded; closes the model where that fails. */
    public static <P> P closingOnFailure(AutoCloseable model, Supplier<P> pipeline) {
        try {
            return pipeline.get();
        } catch (RuntimeException e) {
            try {
                model.close();
            } catch (Exception suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }
}
