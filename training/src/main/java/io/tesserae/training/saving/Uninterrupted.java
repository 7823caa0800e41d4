package io.tesserae.training.saving;

/**
 * Runs what an interrupt must not end: a run that is stopped saves a checkpoint last, and channels close when the thread is interrupted
 * already. What is interrupted on the way is done again: all that is run here leaves what there was if it fails.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    static void run(Runnable task) {
        boolean interrupted = Thread.interrupted();
        try {
            task.run();
        } catch (RuntimeException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            interrupted = true;
            task.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
