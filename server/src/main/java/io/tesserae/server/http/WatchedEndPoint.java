package io.tesserae.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that can be asked whether its client has left. Jetty reads nothing of a connection of HTTP/1.1 while a request is
 * answered, and so does not see that it was closed. Whoever asks here reads; if something comes, the next request, it is kept until
 * Jetty wants it.
 */
final class WatchedEndPoint extends SocketChannelEndPoint {

    /** From the first byte of a header to its last; a TLS handshake is part of the first one. */
    static final int HEADER_SECONDS = 15;

    private static final int KEPT_BYTES = 4096;

    private final ByteBuffer kept =
            ByteBuffer.allocate(KEPT_BYTES).limit(0); // guarded by itself: read, and not given on
    private boolean ended; // likewise: the client sends no more
    private boolean answering; // likewise: a request has come, and is in work
    private Scheduler.Task deadline; // likewise; null where no header is on its way

    WatchedEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /** Whether the client has closed the connection. Only while a request of HTTP/1.1 has been read to its end. */
    boolean hasClientLeft() {
        synchronized (kept) {
            if (ended || !isOpen()) {
                return true;
            }
            if (kept.hasRemaining()) {
                return false; // it asks already for more
            }
            kept.clear();
            try {
                ended = getChannel().read(kept) < 0;
            } catch (IOException e) {
                ended = true;
            }
            kept.flip();
            return ended;
        }
    }

    /** The header of a request has come to its end. */
    void begin() {
        synchronized (kept) {
            answering = true;
            cancelDeadline();
        }
    }

    /** The request is answered; what comes next is the header of another. Not called where requests come side by side. */
    void end() {
        synchronized (kept) {
            answering = false;
        }
    }

    /** Jetty waits for the next byte of a header, however often there was one: this waits for the last, and no longer. */
    private void awaitHeader() {
        if (!answering && deadline == null && isOpen()) {
            deadline = getScheduler().schedule(this::close, HEADER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    @Override
    public void onClose(Throwable cause) {
        synchronized (kept) {
            cancelDeadline();
        }
        super.onClose(cause);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        synchronized (kept) {
            int count = fillKeptFirst(buffer);
            if (count > 0) {
                awaitHeader();
            }
            return count;
        }
    }

    private int fillKeptFirst(ByteBuffer buffer) throws IOException {
        synchronized (kept) {
            if (!kept.hasRemaining()) {
                return super.fill(buffer);
            }
            // Jetty's buffers are between reads and writes: the limit is where bytes are added
            int begin = buffer.limit();
            int count = Math.min(kept.remaining(), buffer.capacity() - begin);
            buffer.limit(begin + count);
            buffer.put(begin, kept, kept.position(), count);
            kept.position(kept.position() + count);
            notIdle();
            return count;
        }
    }

    @Override
    protected void needsFillInterest() {
        boolean some;
        synchronized (kept) {
            some = kept.hasRemaining();
        }
        if (some) {
            Thread.ofVirtual().start(() -> getFillInterest().fillable());
        } else {
            super.needsFillInterest();
        }
    }
}
