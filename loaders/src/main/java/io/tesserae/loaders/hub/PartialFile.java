package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A blob on its way: {@code ETAG.incomplete}, which a later download takes up again where this one is cut short.
 *
 * <p>Only one may write it. Where no lock can keep others out, a download writes a file of its own, {@code ETAG.12ab34cd.incomplete}, as
 * Python does, and takes it away in the end: then at worst something is fetched twice.
 */
final class PartialFile implements AutoCloseable {

    private static final String SUFFIX = ".incomplete";

    private final Path path;
    private final FileChannel channel;
    private final boolean isKept;
    private long length;

    private PartialFile(Path path, boolean isKept) throws IOException {
        this.path = path;
        this.isKept = isKept;
        channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        length = channel.size();
    }

    /** @param isAlone whether nobody else can be fetching this blob */
    static PartialFile open(Path blob, boolean isAlone) throws IOException {
        String name = blob.getFileName().toString();
        String own =
                "." + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return new PartialFile(blob.resolveSibling(name + (isAlone ? "" : own) + SUFFIX), isAlone);
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

    /** Gives the blob its name, in one step, once its bytes are on the disk; what had the name before is gone. */
    void moveTo(Path blob) throws IOException {
        channel.force(false);
        Files.move(path, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
