package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
        channel =
                FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
        length = channel.size();
    }

    /**
     * Opens the file, with what is there of it.
     *
     * @param isAlone whether nobody else can be fetching this blob
     * @param listener warned where something lay there that no download left behind
     */
    static PartialFile open(Path blob, boolean isAlone, DownloadListener listener) throws IOException {
        String name = blob.getFileName().toString();
        String own =
                "." + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path path = blob.resolveSibling(name + (isAlone ? "" : own) + SUFFIX);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isOwn(path)) {
            listener.warning(
                    path + ": expected what an interrupted download left behind, found a link or something else;"
                            + " removing it");
            remove(path);
        }
        return new PartialFile(path, isAlone);
    }

    /** Whether it is a plain file without another name: what is written to it changes no file elsewhere. */
    private static boolean isOwn(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        boolean countsLinks = path.getFileSystem().supportedFileAttributeViews().contains("unix");
        return !countsLinks || (int) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS) == 1;
    }

    private static void remove(Path path) throws IOException {
        try {
            Files.delete(path);
        } catch (DirectoryNotEmptyException e) {
            throw new IOException(path + ": expected a file, found a folder with something in it; remove it", e);
        }
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
