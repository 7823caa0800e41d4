package io.tesserae.server.batch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A batch on its way through the model, which takes it in several pieces where it is large: answers leave as soon as their piece is
 * done, and an input whose client has left meanwhile is not read at all. Not thread-safe.
 */
final class BatchRun<I, O, A> implements Iterator<I> {

    private final List<Entry<I, O, A>> entries;
    private final long begin;
    private final List<Entry<I, O, A>> read = new ArrayList<>(); // by the model, in their order
    private int next; // of the entries
    private Entry<I, O, A> upcoming; // null until it is asked for: who is there still, and is read next
    private int answered; // of those that were read

    BatchRun(List<Entry<I, O, A>> entries, long begin) {
        this.entries = entries;
        this.begin = begin;
    }

    /** Asks for all answers, and gives each to who waits for it. */
    void answer(Inference<I, O, A> inference) {
        O options = entries.getFirst().options();
        Stream<I> inputs = StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL), false);
        try (Stream<A> answers = inference.answer(inputs, options)) {
            for (Iterator<A> iterator = answers.iterator(); iterator.hasNext(); ) {
                A answer = iterator.next();
                Entry<I, O, A> entry = read.get(answered);
                answered++;
                entry.answer().complete(new BatchAnswer<>(answer, begin - entry.queuedAt(), System.nanoTime() - begin));
            }
        }
        if (!unanswered().isEmpty()) {
            throw new IllegalStateException("the model answered " + answered + " of " + read.size() + " inputs");
        }
    }

    /** Those that wait still. */
    List<Entry<I, O, A>> unanswered() {
        List<Entry<I, O, A>> unanswered = new ArrayList<>(read.subList(answered, read.size()));
        if (upcoming != null) {
            unanswered.add(upcoming);
        }
        unanswered.addAll(entries.subList(next, entries.size()));
        unanswered.removeIf(Entry::isLeft);
        return unanswered;
    }

    @Override
    public boolean hasNext() {
        while (upcoming == null && next < entries.size()) {
            Entry<I, O, A> entry = entries.get(next);
            next++;
            upcoming = entry.isLeft() ? null : entry;
        }
        return upcoming != null;
    }

    @Override
    public I next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Entry<I, O, A> entry = upcoming;
        upcoming = null;
        read.add(entry);
        return entry.input();
    }
}
