package io.tesserae.loaders.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * The body of an answer, given up where nothing arrives for too long: {@link java.net.http.HttpClient} guards the wait for an
 * answer's beginning only, and would wait for its body for ever.
 */
final class StallGuard extends FilterInputStream {

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final Duration timeout;
    private final Thread watch;
    private volatile long waitingSince = NOT_WAITING; // of System.nanoTime
    private volatile boolean stalled;

    StallGuard(InputStream body, Duration timeout) {
        super(body);
        this.timeout = timeout;
        watch = Thread.ofVirtual().name("stalled download").start(this::watch);
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("bodies are read in chunks");
    }

    @Override
    public int read(byte[] chunk, int offset, int length) throws IOException {
        waitingSince = System.nanoTime();
        try {
            int count = in.read(chunk, offset, length);
            if (stalled) {
                throw new HttpTimeoutException(message());
            }
            return count;
        } catch (HttpTimeoutException e) {
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
