package io.tesserae.loaders.hub;

import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.time.Duration;

/**
 * Tries again what failed for a while, each time after twice the pause.
 *
 * @param most how many times something is tried again before it counts as failed
 * @param firstPause before the second attempt
 */
record Retries(int most, Duration firstPause, DownloadListener listener) {

    private static final int LONGEST_PAUSE_IN_FIRST_PAUSES = 8;

    /** A server that wants to be left alone for longer than this will not be waited for. */
    private static final Duration LONGEST_WISH = Duration.ofSeconds(60);

    /** Something that may fail for a while. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    <T> T run(Attempt<T> attempt) throws IOException {
        for (int failures = 0; ; ) {
            try {
                return attempt.run();
            } catch (TransientFailure failure) {
                failures++;
                pause(failure, failures);
            }
        }
    }

    /**
     * Waits before the next attempt.
     *
     * @param failures without any progress between them
     * @throws HubException if that was the last
     */
    void pause(TransientFailure failure, int failures) throws IOException {
        if (failures > most || failure.pause().compareTo(LONGEST_WISH) > 0) {
            String wish = failure.pause().isZero()
                    ? ""
                    : ", and wants to be left alone for " + failure.pause().toSeconds() + " s";
            throw new HubException(Reason.UNREACHABLE, failure.getMessage() + wish + tried(failures), failure);
        }
        Duration pause = firstPause.multipliedBy(Math.min(1L << (failures - 1), LONGEST_PAUSE_IN_FIRST_PAUSES));
        if (failure.pause().compareTo(pause) > 0) {
            pause = failure.pause();
        }
        listener.warning(failure.getMessage() + "; trying again in " + Math.max(1, pause.toSeconds()) + " s");
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HubClient.interrupted(failure.getMessage());
        }
    }

    private static String tried(int failures) {
        return failures == 1 ? "" : " (tried " + failures + " times)";
    }
}
