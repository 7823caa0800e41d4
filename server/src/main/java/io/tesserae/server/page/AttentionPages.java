package io.tesserae.server.page;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Pages that wait for the browser that asked for them: for some minutes, some of them at a time. Who knows the name of one sees it, and
 * names cannot be guessed. Thread-safe.
 */
public final class AttentionPages {

    /** How many wait; the oldest goes when another comes. */
    public static final int MOST = 16;

    /** How long one waits. */
    public static final Duration KEPT = Duration.ofMinutes(10);

    /** All of them together; one that is larger is kept alone. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int ID_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanoTime;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Waiting> pages = new LinkedHashMap<>(); // oldest first; guarded by lock
    private long bytes; // of all pages; guarded by lock

    private record Waiting(byte[] page, long since) {}

    /** None yet. */
    public AttentionPages() {
        this(System::nanoTime);
    }

    AttentionPages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Keeps one.
     *
     * @return its name
     */
    public String keep(byte[] page) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String name = HexFormat.of().formatHex(id);
        lock.lock();
        try {
            forgetOld();
            Iterator<Waiting> oldest = pages.values().iterator();
            while (oldest.hasNext() && (pages.size() >= MOST || bytes + page.length > MOST_BYTES)) {
                bytes -= oldest.next().page().length;
                oldest.remove();
            }
            pages.put(name, new Waiting(page, nanoTime.getAsLong()));
            bytes += page.length;
        } finally {
            lock.unlock();
        }
        return name;
    }

    /** The page of a name; empty if there is none, or none any more. */
    public Optional<byte[]> find(String name) {
        lock.lock();
        try {
            forgetOld();
            return Optional.ofNullable(pages.get(name)).map(Waiting::page);
        } finally {
            lock.unlock();
        }
    }

    private void forgetOld() {
        long now = nanoTime.getAsLong();
        pages.values().removeIf(waiting -> {
            boolean old = now - waiting.since() > KEPT.toNanos();
            bytes -= old ? waiting.page().length : 0;
            return old;
        });
    }
}
