package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Signals;
import io.tesserae.training.TrainingCallback;
import io.tesserae.training.TrainingState;
import java.util.concurrent.CountDownLatch;

/**
 * Ends training when the process is told to end: after the step, and once a checkpoint is saved. The process waits for that; a second signal
 * ends it at once.
 */
final class StopAfterStep implements TrainingCallback, AutoCloseable {

    private final Thread atShutdown = new Thread(this::shutDown, "last step");
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Console console;
    private TrainingState training; // null until training begins
    private boolean isGiven;

    /** Begins to listen. */
    StopAfterStep(Console console) {
        this.console = console;
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    private void shutDown() {
        Signals.giveBack();
        synchronized (this) {
            isGiven = true;
            if (training == null) {
                return; // nothing is there that could be saved
            }
            training.stop();
        }
        if (!console.isQuiet()) {
            console.message("tesserae: interrupted; stops after this step and saves what there is");
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void onTrainBegin(TrainingState state) {
        training = state;
        if (isGiven) {
            state.stop();
        }
    }

    /** Whether the process is to end. */
    synchronized boolean isGiven() {
        return isGiven;
    }

    /** All that there is to say was said: the process may end. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException e) {
            // The process is ending already.
        }
    }
}
