package io.tesserae.training.saving;

/**
 * Runs what an interrupt must not end: a run that is stopped saves a checkpoint last, and channels close when the thread is interrupted
 * already.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    static void run(Runnable task) {
        boolean interrupted = Thread.interrupted();
        try {
            task.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
