package io.tesserae.spark;

import io.tesserae.loaders.image.ImageException;
import io.tesserae.pipelines.task.Pipeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Rows with their answers, in the order of the rows. The pipeline reads as many rows ahead as a ragged batch of its holds, whatever
 * their lengths. After a row that it refuses, it starts again with the next.
 *
 * @param <I> inputs of the pipeline
 * @param <O> its choices
 * @param <A> its answers
 */
final class AnsweredRows<I, O, A> implements Iterator<Row> {

    /** A row that was read. It is complete when there are as many answers as inputs, or when it is refused. */
    private static final class Pending<I, A> {

        private final Row row;
        private final List<I> inputs; // null: there is nothing to ask
        private final List<A> answers = new ArrayList<>();
        private String reason;

        Pending(Row row, List<I> inputs) {
            this.row = row;
            this.inputs = inputs;
        }

        boolean isComplete() {
            return inputs == null || reason != null || answers.size() == inputs.size();
        }
    }

    private final Iterator<Row> rows;
    private final Pipeline<I, O, A> pipeline;
    private final RowTask<I, O, A> task;
    private final ErrorMode errorMode;
    private final InferenceMetrics metrics;
    private final O options;
    private final Deque<Pending<I, A>> pending = new ArrayDeque<>(); // in the order of the rows
    private Iterator<A> answers;
    private long nanosecondsOfReading;

    AnsweredRows(
            Iterator<Row> rows,
            Pipeline<I, O, A> pipeline,
            RowTask<I, O, A> task,
            ErrorMode errorMode,
            InferenceMetrics metrics) {
        this.rows = rows;
        this.pipeline = pipeline;
        this.task = task;
        this.errorMode = errorMode;
        this.metrics = metrics;
        this.options = task.options();
        this.answers = ask(List.of());
    }

    @Override
    public boolean hasNext() {
        return !pending.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
        long start = System.nanoTime();
        long reading = nanosecondsOfReading;
        while (pending.isEmpty() || !pending.getFirst().isComplete()) {
            takeAnswer();
        }
        metrics.countNanoseconds(System.nanoTime() - start - (nanosecondsOfReading - reading));
        metrics.countRow();
        return withAnswer(pending.removeFirst());
    }

    private void takeAnswer() {
        try {
            if (answers.hasNext()) {
                A answer = answers.next();
                metrics.countTokens(task.tokens(answer), task.truncatedTokens(answer));
                firstIncomplete().answers.add(answer);
            } else if (pending.isEmpty()) {
                throw new NoSuchElementException();
            } else if (!pending.getFirst().isComplete()) {
                throw new IllegalStateException("a pipeline gave fewer answers than it had inputs: " + pipeline);
            }
        } catch (IllegalArgumentException | ImageException e) {
            judgeAlone(firstIncomplete());
            answers = ask(waitingInputs());
        }
    }

    /** What failed is a batch, or the first row without an answer. Alone, that row is answered, or the failure is its own. */
    private void judgeAlone(Pending<I, A> suspect) {
        suspect.answers.clear();
        try {
            List<A> alone = pipeline.answer(suspect.inputs, options);
            alone.forEach(answer -> metrics.countTokens(task.tokens(answer), task.truncatedTokens(answer)));
            suspect.answers.addAll(alone);
        } catch (IllegalArgumentException | ImageException e) {
            refuse(suspect, e);
        }
    }

    private Pending<I, A> firstIncomplete() {
        return pending.stream()
                .filter(row -> !row.isComplete())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no row waits for an answer of " + pipeline));
    }

    private List<I> waitingInputs() {
        return pending.stream()
                .filter(row -> !row.isComplete())
                .flatMap(row -> row.inputs.stream())
                .toList();
    }

    /** Asks again what was read already, and then reads on. */
    private Iterator<A> ask(List<I> again) {
        var inputs = Spliterators.spliteratorUnknownSize(new Inputs(again.iterator()), Spliterator.ORDERED);
        return pipeline.answer(StreamSupport.stream(inputs, false), options).iterator();
    }

    /** The inputs of rows, read when the pipeline wants them. */
    private final class Inputs implements Iterator<I> {

        private Iterator<I> ofRow;

        Inputs(Iterator<I> again) {
            this.ofRow = again;
        }

        @Override
        public boolean hasNext() {
            while (!ofRow.hasNext() && readRow()) {
                // a row may have nothing to ask
            }
            return ofRow.hasNext();
        }

        @Override
        public I next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ofRow.next();
        }

        private boolean readRow() {
            long start = System.nanoTime();
            if (!rows.hasNext()) {
                return false;
            }
            Row row = rows.next();
            nanosecondsOfReading += System.nanoTime() - start;
            Pending<I, A> read = pending(row);
            pending.addLast(read);
            ofRow = read.inputs == null ? List.<I>of().iterator() : read.inputs.iterator();
            return true;
        }
    }

    private Pending<I, A> pending(Row row) {
        try {
            return new Pending<>(row, task.inputs(row));
        } catch (IllegalArgumentException e) {
            Pending<I, A> refused = new Pending<>(row, List.of());
            refuse(refused, e);
            return refused;
        }
    }

    private void refuse(Pending<I, A> row, RuntimeException failure) {
        if (errorMode == ErrorMode.FAIL) {
            throw failure;
        }
        row.reason = failure.getMessage();
        metrics.countFailedRow();
    }

    private Row withAnswer(Pending<I, A> complete) {
        boolean answered = complete.inputs != null && complete.reason == null;
        int columns = complete.row.size();
        Object[] values = new Object[columns + (errorMode == ErrorMode.NULL ? 2 : 1)];
        for (int column = 0; column < columns; column++) {
            values[column] = complete.row.get(column);
        }
        values[columns] = answered ? task.column(complete.answers) : null;
        if (errorMode == ErrorMode.NULL) {
            values[columns + 1] = complete.reason;
        }
        return RowFactory.create(values);
    }
}
