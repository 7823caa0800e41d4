package io.tesserae.server.serving;

import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.model.ServedModel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where a model looks. It is loaded when it is first asked for. The maps of one input may be larger than the model, so one request at a
 * time is answered, and nothing is batched. Thread-safe.
 *
 * @param <P> its pipeline
 */
public final class AttentionTask<P extends Pipeline<?, ?, ?>> implements AutoCloseable {

    private static final long LOOK_MILLIS = 50;

    private final ServedModel model;
    private final PipelineTask<P> task;
    private final Supplier<P> opener;
    private final Lock lock = new ReentrantLock(true);
    private P pipeline; // null until it is loaded; guarded by lock
    private boolean closed; // guarded by lock

    /** @param opener loads the pipeline, or makes it of what another task has loaded */
    AttentionTask(ServedModel model, PipelineTask<P> task, Supplier<P> opener) {
        this.model = model;
        this.task = task;
        this.opener = opener;
    }

    /** The task's name. */
    public String name() {
        return task.name();
    }

    /** The model's name. */
    public String modelName() {
        return model.name();
    }

    /**
     * Asks the model, when it is free.
     *
     * @param drawing asks it, and draws what it answers
     * @throws RequestException if the input has no answer; the message says why
     * @throws ClientLeftException if nobody wants it any more
     */
    public <R> R draw(Function<P, R> drawing, Call call) {
        call.take(1);
        long begin = System.nanoTime();
        awaitTurn(call);
        try {
            long turn = System.nanoTime();
            R drawn = drawing.apply(load());
            call.computed(turn - begin, System.nanoTime() - turn);
            return drawn;
        } catch (RuntimeException e) {
            throw Call.failure(e);
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn(Call call) {
        try {
            while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                call.requireClient();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestException(ErrorType.UNHEALTHY, "the server stops");
        }
    }

    private P load() {
        if (closed) {
            throw new RequestException(ErrorType.UNHEALTHY, "the server stops");
        }
        if (pipeline == null) {
            pipeline = opener.get();
        }
        return pipeline;
    }

    /** Waits for the request that is answered, and lets go of the model. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (pipeline != null) {
                pipeline.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
