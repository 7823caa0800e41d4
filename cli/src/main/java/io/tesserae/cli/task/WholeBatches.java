package io.tesserae.cli.task;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Signals;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a batch come to its end when the process is told to: what has been written then is whole lines, and it is said how
 * many inputs they answer. Who waits for input is not waited for, and who tells the process twice waits for nothing.
 */
final class WholeBatches implements AutoCloseable {

    /** A batch takes a fraction of a second with most models; nobody is kept waiting for longer than this. */
    private static final int PATIENCE_SECONDS = 10;

    private final Console console;
    private final boolean kept;
    private final ReentrantLock answering = new ReentrantLock();
    private final Thread atShutdown = new Thread(this::shutDown, "last batch");
    private long answered;

    /**
     * Begins to listen.
     *
     * @param kept whether what has been answered by then stays, and does not go with a file that is not complete
     */
    WholeBatches(Console console, boolean kept) {
        this.console = console;
        this.kept = kept;
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    /** Answers a batch; not, if the process is to end. */
    void answer(int inputs, Runnable batch) {
        answering.lock();
        try {
            batch.run();
            answered += inputs;
        } finally {
            answering.unlock();
        }
    }

    /** Keeps the lock: no batch begins any more. */
    private void shutDown() {
        Signals.giveBack();
        try {
            if (!kept) {
                console.message("tesserae: interrupted; nothing is written, for it would not be complete");
            } else if (answering.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                console.message("tesserae: interrupted; the first " + answered + " inputs are answered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException e) {
            // The process is ending already.
            if (!kept) {
                waitForTheEnd(); // it has been said that nothing is written
            }
        }
    }

    private static void waitForTheEnd() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
