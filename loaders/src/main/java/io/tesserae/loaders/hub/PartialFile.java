package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A blob on its way: {@code ETAG.incomplete}, which a later download takes up again where this one is cut short.
 *
 * <p>Only one may write it, so it is locked. Where somebody else has it, or the drive has no locks, this download writes a file of
 * its own, {@code ETAG.12ab34cd.incomplete}, as Python does: then at worst something is fetched twice.
 */
final class PartialFile implements AutoCloseable {

    private static final String SUFFIX = ".incomplete";

    private final Path path;
    private final FileChannel channel;
    private final boolean isKept;
    private long length;

    private PartialFile(Path path, FileChannel channel, boolean isKept) throws IOException {
        this.path = path;
        this.channel = channel;
        this.isKept = isKept;
        length = channel.size();
    }

    static PartialFile open(Path blob) throws IOException {
        Path shared = blob.resolveSibling(blob.getFileName() + SUFFIX);
        FileChannel channel = FileChannel.open(shared, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            FileLock lock = channel.tryLock();
            // Who had it before may just have given it its name: then what is open here is the blob itself.
            if (lock != null && Files.exists(shared) && !Files.exists(blob)) {
                return new PartialFile(shared, channel, true);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // No locks on this drive, or another thread's.
        }
        channel.close();
        int number = ThreadLocalRandom.current().nextInt();
        Path own = blob.resolveSibling(blob.getFileName() + "." + HexFormat.of().toHexDigits(number) + SUFFIX);
        return new PartialFile(
                own, FileChannel.open(own, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), false);
    }

    Path path() {
        return path;
    }

    /** How many bytes are there, all from the file's beginning. */
    long length() {
        return length;
    }

    /** Forgets what comes behind this place. */
    void cutTo(long newLength) throws IOException {
        channel.truncate(newLength);
        length = newLength;
    }

    void append(byte[] bytes, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        while (buffer.hasRemaining()) {
            length += channel.write(buffer, length);
        }
    }

    /** Gives the blob its name, in one step, once its bytes are on the disk. */
    void moveTo(Path blob) throws IOException {
        channel.force(false);
        Files.move(path, blob, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes it away: nothing can be made of it. */
    void discard() throws IOException {
        cutTo(0);
        Files.deleteIfExists(path);
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!isKept) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
