package io.tesserae.spark;

import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The pipelines of this JVM: each is loaded once, by the first task that wants it, and all tasks share it. The last few that nobody
 * uses are kept for the next task; older ones are closed.
 */
final class ExecutorPipelines {

    /** How many unused ones are kept. */
    private static final int IDLE = 2;

    private record Key(String task, String model, int threads) {}

    private static final class Loaded {

        private final FutureTask<Pipeline<?, ?, ?>> pipeline;
        private int leases;

        Loaded(FutureTask<Pipeline<?, ?, ?>> pipeline) {
            this.pipeline = pipeline;
        }
    }

    /** A pipeline in use. */
    static final class Lease<P extends Pipeline<?, ?, ?>> implements AutoCloseable {

        private final Key key;
        private final Loaded loaded;
        private final P pipeline;
        private boolean closed;

        private Lease(Key key, Loaded loaded, P pipeline) {
            this.key = key;
            this.loaded = loaded;
            this.pipeline = pipeline;
        }

        P pipeline() {
            return pipeline;
        }

        /** It is not used any more. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                giveBack(key, loaded);
            }
        }
    }

    /** Those that were used last come last. */
    private static final Map<Key, Loaded> PIPELINES = new LinkedHashMap<>(16, 0.75f, true);

    private ExecutorPipelines() {}

    /**
     * A pipeline, until the lease is closed.
     *
     * @param threads of its engine; 0: as many as the executor has cores
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    @SuppressWarnings("unchecked") // the key has the task's name, and a task has one class of pipelines
    static <P extends Pipeline<?, ?, ?>> Lease<P> lease(PipelineTask<P> task, ModelSource source, int threads)
            throws InterruptedException {
        Key key = new Key(task.name(), source.key(), threads);
        Loaded loaded;
        synchronized (PIPELINES) {
            loaded = PIPELINES.computeIfAbsent(
                    key,
                    _ -> new Loaded(
                            new FutureTask<>(() -> task.open(source.files(), ExecutorThreads.engine(threads)))));
            loaded.leases++;
        }
        boolean well = false;
        try {
            loaded.pipeline.run(); // the first task loads, the others go on to wait
            P pipeline = (P) loaded.pipeline.get();
            well = true;
            return new Lease<>(key, loaded, pipeline);
        } catch (ExecutionException e) {
            forget(key, loaded);
            throw unwrapped(e);
        } finally {
            if (!well) {
                giveBack(key, loaded);
            }
        }
    }

    private static RuntimeException unwrapped(ExecutionException failure) {
        return switch (failure.getCause()) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure.getCause());
        };
    }

    /** What failed may succeed for the next task. */
    private static void forget(Key key, Loaded loaded) {
        synchronized (PIPELINES) {
            PIPELINES.remove(key, loaded);
        }
    }

    private static void giveBack(Key key, Loaded loaded) {
        synchronized (PIPELINES) {
            loaded.leases--;
            PIPELINES.get(key); // used just now
            long idle = PIPELINES.values().stream()
                    .filter(other -> other.leases == 0)
                    .count();
            var oldestFirst = PIPELINES.values().iterator();
            while (idle > IDLE && oldestFirst.hasNext()) {
                Loaded other = oldestFirst.next();
                if (other.leases == 0) {
                    oldestFirst.remove();
                    other.pipeline.resultNow().close();
                    idle--;
                }
            }
        }
    }
}
