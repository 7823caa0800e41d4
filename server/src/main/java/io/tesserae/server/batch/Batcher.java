package io.tesserae.server.batch;

import io.tesserae.arguments.Arguments;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes batches of inputs that come one by one, from many clients. Whenever the model is free, whatever waits goes into it together:
 * first come, first served, up to a number of tokens, and as long as the options are the same. There is no timer. A server that has
 * little to do answers at once, and one that has much to do makes large batches by itself (so does text-embeddings-inference).
 *
 * <p>Batches are ragged, nothing is padded, and an answer does not depend on its batch, to the last bit.
 *
 * <p>An input that is no good fails alone: the others of its batch are asked again, each by itself. An input whose client has left,
 * which is one whose future was cancelled, is skipped.
 *
 * <p>Thread-safe. One thread of its own asks the model.
 *
 * @param <I> inputs
 * @param <O> options, compared by {@code equals}
 * @param <A> answers
 */
public final class Batcher<I, O, A> implements AutoCloseable {

    private final Inference<I, O, A> inference;
    private final int maxBatchTokens;
    private final BatchListener listener;
    private final Thread worker;
    private final Lock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private final Deque<Entry<I, O, A>> queue = new ArrayDeque<>(); // guarded by lock
    private boolean closed; // likewise

    private Batcher(String name, Inference<I, O, A> inference, int maxBatchTokens, BatchListener listener) {
        this.inference = inference;
        this.maxBatchTokens = maxBatchTokens;
        this.listener = listener;
        this.worker =
                Thread.ofPlatform().daemon().name("tesserae-batcher-" + name).unstarted(this::answerAll);
    }

    /**
     * Starts one.
     *
     * @param name of its thread
     * @param inference what is asked
     * @param maxBatchTokens how many tokens go together; an input that has more goes alone
     * @param listener is told what goes through
     */
    public static <I, O, A> Batcher<I, O, A> start(
            String name, Inference<I, O, A> inference, int maxBatchTokens, BatchListener listener) {
        Arguments.require(name, "name");
        Arguments.require(inference, "inference");
        Arguments.require(listener, "listener");
        if (maxBatchTokens < 1) {
            throw new IllegalArgumentException("maxBatchTokens: expected 1 or more, found " + maxBatchTokens);
        }
        var batcher = new Batcher<>(name, inference, maxBatchTokens, listener);
        batcher.worker.start();
        return batcher;
    }

    /**
     * Puts an input at the end of the queue.
     *
     * @param tokens how many tokens it has, roughly
     * @return where its answer will be; who wants it no longer cancels it
     * @throws IllegalStateException if this is closed
     */
    public CompletableFuture<BatchAnswer<A>> submit(I input, O options, int tokens) {
        Arguments.require(input, "input");
        Arguments.require(options, "options");
        Entry<I, O, A> entry = new Entry<>(input, options, tokens, System.nanoTime(), new CompletableFuture<>());
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the server stops, and takes no more inputs");
            }
            queue.addLast(entry);
            listener.queued(1);
            change.signalAll();
        } finally {
            lock.unlock();
        }
        return entry.answer();
    }

    /** Takes no more inputs, answers those that wait, and returns when that is done. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            change.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
                worker.interrupt(); // whoever waits wants to wait no longer: what is left is not answered
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerAll() {
        for (List<Entry<I, O, A>> batch = next(); !batch.isEmpty(); batch = next()) {
            answer(batch);
        }
    }

    /** What goes into the model next; waits for it. Empty when this is closed, and nothing waits. */
    private List<Entry<I, O, A>> next() {
        lock.lock();
        try {
            List<Entry<I, O, A>> batch = take();
            while (batch.isEmpty() && !closed) {
                change.awaitUninterruptibly();
                batch = take();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private List<Entry<I, O, A>> take() {
        List<Entry<I, O, A>> batch = new ArrayList<>();
        long tokens = 0;
        while (!queue.isEmpty()) {
            Entry<I, O, A> head = queue.getFirst();
            boolean fits = batch.isEmpty()
                    || tokens + head.tokens() <= maxBatchTokens
                            && head.options().equals(batch.getFirst().options());
            if (!head.isLeft() && !fits) {
                break;
            }
            queue.removeFirst();
            listener.queued(-1);
            if (!head.isLeft()) {
                batch.add(head);
                tokens += head.tokens();
            }
        }
        return batch;
    }

    private void answer(List<Entry<I, O, A>> entries) {
        long begin = System.nanoTime();
        BatchRun<I, O, A> run = new BatchRun<>(entries, begin);
        try {
            run.answer(inference);
        } catch (Throwable failure) { // errors too: this thread answers everybody
            failOrAskAgain(run.unanswered(), failure, begin);
        }
        int tokens = entries.stream().mapToInt(Entry::tokens).sum();
        listener.batch(entries.size(), tokens, System.nanoTime() - begin);
    }

    /** Whose fault it was is found by asking each by itself. */
    private void failOrAskAgain(List<Entry<I, O, A>> entries, Throwable failure, long begin) {
        if (entries.size() == 1) {
            entries.getFirst().answer().completeExceptionally(failure);
            return;
        }
        for (Entry<I, O, A> entry : entries) {
            try {
                new BatchRun<>(List.of(entry), begin).answer(inference);
            } catch (Throwable own) {
                entry.answer().completeExceptionally(own);
            }
        }
    }
}
