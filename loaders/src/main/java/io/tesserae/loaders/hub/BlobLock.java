package io.tesserae.loaders.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one download of a blob wait for another, in this process or a different one, so that nothing is fetched twice. No more than
 * that: what the cache holds is right also where locks do nothing, as on some network drives, because a blob gets its name only
 * when it is whole and checked.
 *
 * <p>Among threads it is a lock in memory; among processes a lock on a file beside the cache, the one that Python's {@code
 * filelock} takes. On Linux and macOS that is {@code flock}, which Java has no method for and which the JDK's own file locks do not
 * see: it is called as a foreign function where this module may ({@code --enable-native-access=io.tesserae.loaders}, as the command
 * line does). Where it may not, the JDK's lock serves, which keeps processes of Java apart, but not one of Java and one of Python.
 */
final class BlobLock implements AutoCloseable {

    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();
    private static final long POLL_MILLISECONDS = 100;
    private static final long TELL_AFTER_SECONDS = 5;

    private final ReentrantLock inProcess;
    private final AutoCloseable betweenProcesses;

    private BlobLock(ReentrantLock inProcess, AutoCloseable betweenProcesses) {
        this.inProcess = inProcess;
        this.betweenProcesses = betweenProcesses;
    }

    /**
     * Waits until nobody else has the lock. The system takes it from a process that dies.
     *
     * @param whileWaiting run once if that takes some seconds
     */
    static BlobLock acquire(Path file, Runnable whileWaiting) throws IOException, InterruptedException {
        ReentrantLock inProcess =
                IN_PROCESS.computeIfAbsent(file.toAbsolutePath().normalize(), any -> new ReentrantLock());
        if (!inProcess.tryLock(TELL_AFTER_SECONDS, TimeUnit.SECONDS)) {
            whileWaiting.run();
            inProcess.lockInterruptibly();
        }
        try {
            return new BlobLock(inProcess, betweenProcesses(file, whileWaiting));
        } catch (IOException | InterruptedException | RuntimeException e) {
            inProcess.unlock();
            throw e;
        }
    }

    private static AutoCloseable betweenProcesses(Path file, Runnable whileWaiting)
            throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        createForGroup(file);
        long tellAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(TELL_AFTER_SECONDS);
        boolean told = false;
        while (true) {
            AutoCloseable lock = tryLock(file);
            if (lock != null) {
                return lock;
            }
            if (!told && System.nanoTime() > tellAt) {
                whileWaiting.run();
                told = true;
            }
            Thread.sleep(POLL_MILLISECONDS);
        }
    }

    /** Null where another process has it. */
    private static AutoCloseable tryLock(Path file) throws IOException {
        if (Flock.isAvailable()) {
            return Flock.tryLock(file);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel; // closing it gives up the lock
            }
            channel.close();
            return null;
        } catch (IOException e) {
            return channel; // this drive has no locks
        }
    }

    /** People who share a cache share its locks. */
    private static void createForGroup(Path file) throws IOException {
        if (!Files.exists(file)) {
            try {
                Files.createFile(file);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
            } catch (java.nio.file.FileAlreadyExistsException | UnsupportedOperationException e) {
                // Another was faster, or there are no such permissions here.
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            betweenProcesses.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            inProcess.unlock();
        }
    }
}
