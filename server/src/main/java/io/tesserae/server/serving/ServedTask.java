package io.tesserae.server.serving;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.server.batch.BatchAnswer;
import io.tesserae.server.batch.BatchListener;
import io.tesserae.server.batch.Batcher;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.task.Asked;
import io.tesserae.server.task.TaskJson;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One task of a model: its pipeline, and the queue before it. Thread-safe.
 *
 * @param <P> the pipeline
 * @param <I> its inputs
 * @param <O> its options
 * @param <A> its answers
 */
public final class ServedTask<P extends Pipeline<I, O, A>, I, O, A> implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(ServedTask.class.getName());

    /** Of one input: all others wait for it. Windows over a long text, or many labels of one, come to as many. */
    private static final int MOST_TOKENS = 131_072;

    private final ServedModel model;
    private final TaskJson<P, I, O, A> json;
    private final Supplier<P> opener;
    private final int maxBatchTokens;
    private final BatchListener listener;
    private final Lock loading = new ReentrantLock();
    private volatile P pipeline; // null until it is loaded
    private volatile Batcher<I, O, A> batcher; // likewise
    private boolean closed; // guarded by loading
    private ModelLoadingException broken; // likewise; null unless the checkpoint cannot be loaded

    /** @param opener loads the pipeline, or makes it of what another task has loaded */
    ServedTask(
            ServedModel model,
            TaskJson<P, I, O, A> json,
            Supplier<P> opener,
            int maxBatchTokens,
            BatchListener listener) {
        this.model = model;
        this.json = json;
        this.opener = opener;
        this.maxBatchTokens = maxBatchTokens;
        this.listener = listener;
    }

    /** What it looks like in JSON. */
    public TaskJson<P, I, O, A> json() {
        return json;
    }

    /** The task's name. */
    public String name() {
        return json.task().name();
    }

    /** The model's name. */
    public String modelName() {
        return model.name();
    }

    /** The pipeline; loads it where nobody has asked for it yet. */
    public P pipeline() {
        load();
        return pipeline;
    }

    private Batcher<I, O, A> load() {
        Batcher<I, O, A> loaded = batcher;
        if (loaded != null) {
            return loaded;
        }
        loading.lock();
        try {
            if (closed) {
                throw new RequestException(ErrorType.UNHEALTHY, "the server stops");
            }
            if (batcher == null) {
                P opened = open();
                pipeline = opened;
                batcher = Batcher.start(model.name() + "-" + name(), opened::answer, maxBatchTokens, listener);
            }
            return batcher;
        } finally {
            loading.unlock();
        }
    }

    private P open() {
        if (broken != null) {
            throw broken; // it would take long to find out again
        }
        try {
            return opener.get();
        } catch (ModelLoadingException e) {
            broken = e;
            LOGGER.log(Level.ERROR, e.getMessage()); // it names files, which are not for clients
            throw e;
        }
    }

    /** Loads it, and answers one input, so that the first client need not wait for what is done once. */
    void warm() {
        P loaded = pipeline();
        loaded.answer(json.sample(loaded), json.sampleOptions(loaded));
    }

    /**
     * Answers inputs, together with whatever else waits.
     *
     * @throws RequestException if one of them has no answer; the message says why
     */
    public List<A> answer(List<I> inputs, O options, Call call) {
        call.take(inputs.size());
        Batcher<I, O, A> queue = load();
        long begin = System.nanoTime();
        int[] tokens = new int[inputs.size()];
        long all = 0;
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = json.tokens(pipeline, inputs.get(i), options);
            if (tokens[i] > MOST_TOKENS) {
                throw RequestException.validation("an input is too large: it takes the model " + tokens[i]
                        + " tokens, with all windows or labels, and " + MOST_TOKENS + " at most are allowed");
            }
            all += tokens[i];
        }
        call.counted(System.nanoTime() - begin, all);
        List<CompletableFuture<BatchAnswer<A>>> answers = new ArrayList<>(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            answers.add(submit(queue, inputs.get(i), options, tokens[i]));
        }
        return call.await(answers);
    }

    private CompletableFuture<BatchAnswer<A>> submit(Batcher<I, O, A> queue, I input, O options, int tokens) {
        try {
            return queue.submit(input, options, tokens);
        } catch (IllegalStateException e) { // it was closed meanwhile
            throw new RequestException(ErrorType.UNHEALTHY, e.getMessage());
        }
    }

    /** Answers what a request asks; for each of its inputs the answers to what the model is asked for it. */
    public List<List<A>> answerAsked(List<Asked<I, A>> asked, O options, Call call) {
        List<I> inputs = asked.stream().flatMap(each -> each.inputs().stream()).toList();
        List<A> answers = answer(inputs, options, call);
        List<List<A>> result = new ArrayList<>(asked.size());
        int next = 0;
        for (Asked<I, A> each : asked) {
            result.add(answers.subList(next, next + each.inputs().size()));
            next += each.inputs().size();
        }
        return result;
    }

    /** Takes no more inputs, and answers those that wait. */
    void stop() {
        loading.lock();
        try {
            closed = true;
            if (batcher != null) {
                batcher.close();
            }
        } finally {
            loading.unlock();
        }
    }

    /** Answers what waits, and lets go of the model. */
    @Override
    public void close() {
        stop();
        if (pipeline != null) {
            pipeline.close();
        }
    }
}
