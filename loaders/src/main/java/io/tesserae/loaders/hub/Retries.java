package io.tesserae.loaders.hub;

import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Tries again what failed for a while, each time after twice the pause: all the attempts of one download. Thread-safe. */
final class Retries {

    private static final int LONGEST_PAUSE_IN_FIRST_PAUSES = 8;

    /** A server that wants to be left alone for longer than this will not be waited for. */
    private static final Duration LONGEST_WISH = Duration.ofSeconds(60);

    private final Patience patience;
    private final DownloadListener listener;
    private final LongSupplier nanoTime;
    private final long begin;
    private final AtomicInteger spent = new AtomicInteger();

    Retries(Patience patience, DownloadListener listener) {
        this(patience, listener, System::nanoTime);
    }

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    Retries(Patience patience, DownloadListener listener, LongSupplier nanoTime) {
        this.patience = patience;
        this.listener = listener;
        this.nanoTime = nanoTime;
        begin = nanoTime.getAsLong();
    }

    /** Something that may fail for a while. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    DownloadListener listener() {
        return listener;
    }

    <T> T run(Attempt<T> attempt) throws IOException {
        return run(attempt, 0);
    }

    /** Goes on where the first attempt has failed already. */
    <T> T runAfter(TransientFailure first, Attempt<T> attempt) throws IOException {
        pause(first, 1);
        return run(attempt, 1);
    }

    private <T> T run(Attempt<T> attempt, int failuresBefore) throws IOException {
        for (int failures = failuresBefore; ; ) {
            try {
                return attempt.run();
            } catch (TransientFailure failure) {
                failures++;
                pause(failure, failures);
            }
        }
    }

    /** Ends a download that takes too long, however it goes on. */
    void requireTime(String what) throws HubException {
        if (nanoTime.getAsLong() - begin > patience.longest().toNanos()) {
            throw new HubException(
                    Reason.UNREACHABLE,
                    what + ": the download was not complete after " + words(patience.longest())
                            + ", the longest that one may take; what has arrived is kept, and the next download goes on"
                            + " there");
        }
    }

    /**
     * Waits before the next attempt.
     *
     * @param failures without any progress between them
     * @throws HubException if that was the last
     */
    void pause(TransientFailure failure, int failures) throws IOException {
        boolean isLast = failures > patience.retriesInARow() || failure.pause().compareTo(LONGEST_WISH) > 0;
        if (isLast) {
            String wish = failure.pause().isZero()
                    ? ""
                    : ", and wants to be left alone for " + failure.pause().toSeconds() + " s";
            throw failure.asLast(wish + tried(failures));
        }
        requireTime(failure.getMessage());
        if (spent.incrementAndGet() > patience.retriesInAll()) {
            throw failure.asLast("; after " + patience.retriesInAll() + " retries, the most in one download; what has"
                    + " arrived is kept, and the next download goes on there");
        }
        Duration pause =
                patience.firstPause().multipliedBy(Math.min(1L << (failures - 1), LONGEST_PAUSE_IN_FIRST_PAUSES));
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

    private static String words(Duration duration) {
        return duration.toHours() > 0 ? duration.toHours() + " hours" : duration.toMillis() + " ms";
    }
}
