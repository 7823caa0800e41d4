package io.tesserae.pipelines.schedule;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.PipelineListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Takes any number of inputs of any lengths through a model, in ragged batches, and gives the answers in the order of the
 * inputs: texts and pictures, lists and streams.
 *
 * <p>A batch is full when it has a number of tokens, not of texts: that is what its cost depends on, and since nothing is
 * padded there is nothing to gain from sorting texts by length. So inputs are taken in their order, as they are needed, and
 * the memory is that of one batch, whether there are ten inputs or ten million. An input may be several sequences (windows
 * of a long text, a text with each of several labels); they may fall into different batches.
 *
 * <p>A stream looks between two batches whether its thread was interrupted, and ends; a list, which is a short call, does
 * not. Not thread-safe, as no iterator is.
 *
 * @param <I> inputs
 * @param <S> what the model sees of them
 * @param <R> what the model says of one sequence
 * @param <A> answers
 */
public final class RaggedSchedule<I, S, R, A> implements Iterator<A> {

    /** Tokens of a batch by default, roughly: enough rows for every product to run at full speed. */
    private static final int BATCH_TOKENS = 2048;

    private static final PipelineListener SILENT = call -> {};

    private record Pending<I, S, R>(I input, List<S> sequences, List<R> results) {
        boolean isComplete() {
            return results.size() == sequences.size();
        }
    }

    private final Iterator<? extends I> inputs;
    private final Work<I, S, R, A> work;
    private final int batchSize;
    private final boolean interruptible;
    private final PipelineListener listener;
    private final Deque<Pending<I, S, R>> pending = new ArrayDeque<>(); // in the order of the inputs
    private final Queue<S> waiting = new ArrayDeque<>(); // sequences of those that no batch has had yet
    private final Queue<A> answers = new ArrayDeque<>();
    private RuntimeException failure;

    private RaggedSchedule(
            Iterator<? extends I> inputs,
            Work<I, S, R, A> work,
            int batchSize,
            boolean interruptible,
            PipelineListener listener) {
        this.inputs = inputs;
        this.work = work;
        this.batchSize = batchSize;
        this.interruptible = interruptible;
        this.listener = listener;
    }

    /**
     * The answers to inputs that come one by one, computed as they are asked for.
     *
     * @param batchSize how many sequences go through the model together; 0: as many as make good use of it
     */
    public static <I, S, R, A> Stream<A> stream(Stream<? extends I> inputs, int batchSize, Work<I, S, R, A> work) {
        return stream(inputs, batchSize, work, SILENT);
    }

    /** The same, telling a listener of every batch. */
    static <I, S, R, A> Stream<A> stream(
            Stream<? extends I> inputs, int batchSize, Work<I, S, R, A> work, PipelineListener listener) {
        var schedule =
                new RaggedSchedule<>(Arguments.require(inputs, "inputs").iterator(), work, batchSize, true, listener);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(schedule, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(inputs::close);
    }

    /** The answers to all of a list. */
    public static <I, S, R, A> List<A> list(List<? extends I> inputs, int batchSize, Work<I, S, R, A> work) {
        Arguments.require(inputs, "inputs");
        return work.withinMemory(() -> {
            List<A> answers = new ArrayList<>(inputs.size());
            new RaggedSchedule<>(inputs.iterator(), work, batchSize, false, SILENT).forEachRemaining(answers::add);
            return List.copyOf(answers);
        });
    }

    @Override
    public boolean hasNext() {
        return !answers.isEmpty() || !pending.isEmpty() || failure != null || inputs.hasNext();
    }

    /**
     * The next answer.
     *
     * @throws IllegalArgumentException if the next input is no good; the answers to those before it came first. Or if there is
     *     too little memory
     * @throws CancellationException if this is a stream's and the thread was interrupted; it still is, then
     */
    @Override
    public A next() {
        while (answers.isEmpty()) {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (failure != null && pending.isEmpty()) {
                throw failure;
            }
            computeBatch();
        }
        return answers.remove();
    }

    /** Inputs that are refused are known when the answers before them have been taken; the listener hears of them at once. */
    private void computeBatch() {
        Begun begun = Begun.now(listener);
        try {
            work.withinMemory(this::runBatchOrForget);
        } catch (RuntimeException | Error e) {
            begun.ended(0, Optional.of(e));
            throw e;
        }
        begun.ended(answers.size(), Optional.ofNullable(failure));
    }

    /** Where memory runs out, lets go of what is half done: without that there is none to say so. */
    private Void runBatchOrForget() {
        try {
            runBatch();
            return null;
        } catch (OutOfMemoryError e) {
            pending.clear();
            waiting.clear();
            throw e;
        }
    }

    private void runBatch() {
        if (interruptible && Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
        List<S> batch = new ArrayList<>();
        int tokens = 0;
        while (!isFull(batch, tokens) && hasSequence()) {
            S sequence = waiting.remove();
            batch.add(sequence);
            tokens += work.size(sequence);
        }
        if (!batch.isEmpty()) {
            Work.Outcome<R> outcome = run(batch);
            distribute(outcome.results());
            if (outcome.failure() != null) {
                failure = outcome.failure();
                waiting.clear();
            }
        }
        takeAnswers();
    }

    private Work.Outcome<R> run(List<S> batch) {
        try {
            return work.run(batch);
        } catch (RuntimeException e) {
            return new Work.Outcome<>(List.of(), e);
        }
    }

    private void takeAnswers() {
        while (!pending.isEmpty() && pending.getFirst().isComplete()) {
            Pending<I, S, R> first = pending.removeFirst();
            answers.add(work.answer(first.input(), first.sequences(), first.results()));
        }
        if (failure != null && waiting.isEmpty()) {
            pending.clear(); // what failed, and what came after it
        }
    }

    private boolean isFull(List<S> batch, int tokens) {
        return batchSize > 0 ? batch.size() >= batchSize : tokens >= BATCH_TOKENS;
    }

    /** Whether there is a sequence left; takes up inputs until there is. */
    private boolean hasSequence() {
        while (waiting.isEmpty() && failure == null && inputs.hasNext()) {
            try {
                I input = Arguments.require(inputs.next(), "inputs: an element");
                List<S> sequences = work.encode(input);
                pending.addLast(new Pending<>(input, sequences, new ArrayList<>(sequences.size())));
                waiting.addAll(sequences);
            } catch (RuntimeException e) {
                failure = e; // the inputs before it are answered first
            }
        }
        return !waiting.isEmpty();
    }

    private void distribute(List<R> results) {
        Iterator<R> next = results.iterator();
        for (Pending<I, S, R> input : pending) {
            while (!input.isComplete() && next.hasNext()) {
                input.results().add(next.next());
            }
        }
    }
}
