package io.tesserae.loaders.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one download of a blob wait for another, so that nothing is fetched twice. Three locks in one: a lock in memory among threads,
 * the JDK's file lock among processes of Java, and among processes of Python the one that its {@code filelock} takes.
 *
 * <p>The last is {@code flock(2)} on Linux and macOS, which Java has no method for and which the JDK's file locks do not see: it is
 * called as a foreign function where this module may ({@code --enable-native-access=io.tesserae.loaders}, as the command line does),
 * and left out where it may not. Then, and on drives that have no locks, a blob may be fetched twice. What the cache holds is right all
 * the same: a blob gets its name only when it is whole and checked, and a file that more than one could write is not written.
 *
 * <p>The two locks among processes are on two files, because on some network drives one kind is made of the other. Nobody renames or
 * deletes them, and nobody else in this process opens the JDK's: a system gives up all of a process's locks on a file when the process
 * closes the file anywhere.
 */
final class BlobLock implements AutoCloseable {

    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();
    private static final String JAVA_SUFFIX = ".java";
    private static final long POLL_MILLISECONDS = 100;
    private static final long TELL_AFTER_SECONDS = 5;

    private final ReentrantLock inProcess;
    private FileChannel java; // null where the drive has no locks
    private Flock python; // null where there is no such function

    private BlobLock(ReentrantLock inProcess) {
        this.inProcess = inProcess;
    }

    /**
     * Waits until nobody else has the lock. The system takes it from a process that dies.
     *
     * @param file the one that Python locks
     * @param whileWaiting run once if that takes some seconds
     */
    static BlobLock acquire(Path file, Runnable whileWaiting) throws IOException, InterruptedException {
        ReentrantLock inProcess = inProcess(file);
        if (!inProcess.tryLock(TELL_AFTER_SECONDS, TimeUnit.SECONDS)) {
            whileWaiting.run();
            inProcess.lockInterruptibly();
        }
        BlobLock lock = new BlobLock(inProcess);
        try {
            lock.acquireAmongProcesses(file, whileWaiting);
            return lock;
        } catch (IOException | InterruptedException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Whether somebody has it now, as far as this process can see. */
    static boolean isHeld(Path file) throws IOException {
        ReentrantLock inProcess = inProcess(file);
        if (inProcess.isLocked() || !inProcess.tryLock()) {
            return true;
        }
        try (BlobLock lock = new BlobLock(inProcess)) {
            return isLockable(javaFile(file)) && !lock.tryJava(javaFile(file))
                    || isLockable(file) && !lock.tryPython(file);
        }
    }

    /** Whether no other process can have it too; one of Python's only where its lock can be taken. */
    boolean keepsOthersOut() {
        return java != null;
    }

    private static ReentrantLock inProcess(Path file) {
        return IN_PROCESS.computeIfAbsent(file.toAbsolutePath().normalize(), any -> new ReentrantLock());
    }

    private static Path javaFile(Path file) {
        return file.resolveSibling(file.getFileName() + JAVA_SUFFIX);
    }

    private static boolean isLockable(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(file);
    }

    private void acquireAmongProcesses(Path file, Runnable whileWaiting) throws IOException, InterruptedException {
        Path folder = file.getParent();
        if (Files.isSymbolicLink(folder) || Files.isSymbolicLink(folder.getParent())) {
            return; // nothing is made where a link inside the cache leads
        }
        if (!createForGroup(file) || !createForGroup(javaFile(file))) {
            return; // somebody else's, who does not share them
        }
        await(() -> tryJava(javaFile(file)), whileWaiting);
        await(() -> tryPython(file), whileWaiting);
    }

    private static void await(Attempt attempt, Runnable whileWaiting) throws IOException, InterruptedException {
        long tellAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(TELL_AFTER_SECONDS);
        boolean told = false;
        while (!attempt.succeeds()) {
            if (!told && System.nanoTime() > tellAt) {
                whileWaiting.run();
                told = true;
            }
            Thread.sleep(POLL_MILLISECONDS);
        }
    }

    @FunctionalInterface
    private interface Attempt {
        boolean succeeds() throws IOException;
    }

    /** False where another process has it. */
    private boolean tryJava(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() == null) {
                channel.close();
                return false;
            }
            java = channel; // closing it gives up the lock
        } catch (IOException e) {
            channel.close(); // this drive has no locks
        }
        return true;
    }

    /** False where another process has it. */
    private boolean tryPython(Path file) throws IOException {
        if (!Flock.isAvailable()) {
            return true;
        }
        Optional<Flock> lock = Flock.tryLock(file);
        lock.ifPresent(found -> python = found);
        return lock.isPresent();
    }

    /** People who share a cache share its locks. False where that is not so. */
    private static boolean createForGroup(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.createFile(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        } catch (IOException | UnsupportedOperationException e) {
            // It is there already, or there are no such permissions here, or it may not be made.
        }
        return isLockable(file);
    }

    @Override
    public void close() throws IOException {
        try {
            if (python != null) {
                python.close();
            }
            if (java != null) {
                java.close();
            }
        } finally {
            inProcess.unlock();
        }
    }
}
