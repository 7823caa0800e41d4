package io.tesserae.loaders.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * The body of an answer, given up where nothing arrives for too long, or too little: {@link java.net.http.HttpClient} guards the wait
 * for an answer's beginning only, and would wait for its body for ever. Only time that is spent waiting for the network counts.
 */
final class StallGuard extends FilterInputStream {

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final Duration timeout;
    private final long slowWindowNanos;
    private final long leastBytesPerSecond;
    private long waitedNanos; // since the last look at the speed
    private long arrivedBytes; // since then
    private final Thread watch;
    private volatile long waitingSince = NOT_WAITING; // of System.nanoTime
    private volatile boolean stalled;

    StallGuard(InputStream body, Duration timeout, Patience patience) {
        super(body);
        this.timeout = timeout;
        slowWindowNanos = Math.max(patience.slowWindow().toNanos(), timeout.toNanos());
        leastBytesPerSecond = patience.leastBytesPerSecond();
        watch = Thread.ofVirtual().name("stalled download").start(this::watch);
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("bodies are read in chunks");
    }

    @Override
    public int read(byte[] chunk, int offset, int length) throws IOException {
        long begin = System.nanoTime();
        waitingSince = begin;
        try {
            int count = in.read(chunk, offset, length);
            if (stalled) {
                throw new HttpTimeoutException(message());
            }
            requireSpeed(count, System.nanoTime() - begin);
            return count;
        } catch (HttpTimeoutException | SlowBodyException e) {
            throw e;
        } catch (IOException e) {
            throw stalled ? new HttpTimeoutException(message()) : e;
        } finally {
            waitingSince = NOT_WAITING;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }

    /** A chunk that comes too late is not handed on: the next attempt fetches it again. */
    private void requireSpeed(int count, long nanos) throws SlowBodyException {
        if (count < 0) {
            return;
        }
        waitedNanos += nanos;
        arrivedBytes += count;
        if (waitedNanos < slowWindowNanos) {
            return;
        }
        if (arrivedBytes < leastBytesPerSecond * (waitedNanos / 1e9)) {
            throw new SlowBodyException("only " + arrivedBytes + " bytes arrived in "
                    + Duration.ofNanos(waitedNanos).toSeconds() + " s; expected " + leastBytesPerSecond
                    + " a second at least");
        }
        waitedNanos = 0;
        arrivedBytes = 0;
    }

    private String message() {
        return "nothing arrived for " + timeout.toSeconds() + " s";
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(Math.max(10, timeout.toMillis() / 4));
                long since = waitingSince;
                if (since != NOT_WAITING && System.nanoTime() - since > timeout.toNanos()) {
                    stalled = true;
                    in.close(); // which ends the read
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The body is closed.
        } catch (IOException e) {
            // The read ends all the same.
        }
    }
}
