package io.tesserae.loaders.bytes;

import io.tesserae.loaders.files.FileMemory;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.system.FileKind;
import io.tesserae.loaders.system.MemoryLimit;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The bytes of one file, read by any number of threads at once: short runs where the file is mapped, long ones past the
 * mapping.
 *
 * <p>Why two ways: every mapped page that was once touched counts as the process's own memory until the mapping goes, so
 * a model that is copied into arrays through a mapping is resident twice. Reading long runs into a small buffer costs
 * no more (a 268 MB file in 40 ms either way) and leaves nothing behind. A row of an embedding table, though, is read from
 * the mapping in half the time of a system call.
 *
 * <p>A file that cannot be mapped, in a jar say, is in memory as a whole, and both ways are one.
 */
public final class FileBytes implements AutoCloseable {

    /**
     * From here on a system call is lost in the cost of the copy. More than a row of any embedding table, less than the 32 rows of
     * a weight that are packed at a time: with 384 columns of 16 bits those are 24 KB.
     */
    private static final int LONG_RUN = 16 << 10;

    /** A multiple of every element's size, so that no element is split. */
    private static final int CHUNK = 256 << 10;

    private final String where;
    private final MemorySegment mapped;
    private final Arena arena;
    private final FileChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether there was no memory for one more chunk: to ask again would cost half a second each time. */
    private volatile boolean chunksAreScarce;

    /** One for each thread that has ever read at the same time as others: a new one would be filled with zeros first. */
    private final Queue<MemorySegment> idleChunks = new ConcurrentLinkedQueue<>();

    /** Files in which this one keeps some of its data. */
    private final Queue<FileBytes> others = new ConcurrentLinkedQueue<>();

    private FileBytes(String where, MemorySegment mapped, Arena arena, FileChannel channel) {
        this.where = where;
        this.mapped = mapped;
        this.arena = arena;
        this.channel = channel;
    }

    /** Receives a run piece by piece, in order. */
    @FunctionalInterface
    public interface Piece {
        void accept(MemorySegment source, long offset, int byteCount);
    }

    /** Makes floats of the elements that begin at a position. */
    @FunctionalInterface
    public interface FloatReader {
        void read(MemorySegment source, long position, float[] destination, int offset, int count);
    }

    /** What is made of a file when it is opened: the list of what is in it. */
    @FunctionalInterface
    public interface Contents<T, E extends Exception> {
        T read(FileBytes file) throws E;
    }

    /**
     * A file of a model, opened until {@link #close()}.
     *
     * @throws ModelLoadingException if there is no such file
     * @throws IOException if it cannot be read
     */
    public static FileBytes open(ModelFiles files, String name) throws IOException {
        Optional<Path> path = files.path(name);
        // What is not a file on disk is in memory already, and needs no arena that is ever closed.
        return path.isPresent() ? open(path.get()) : of(files.map(name, Arena.ofAuto()), files.describe(name));
    }

    /** A file, opened until {@link #close()}; one that cannot be mapped is in memory from then on, and its file system can go. */
    public static FileBytes open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new ModelLoadingException(path + ": "
                    + FileKind.otherThanFile(path)
                            .map(kind -> "expected a file, found " + kind)
                            .orElse("no such file"));
        }
        if (!FileMemory.canMap(path)) {
            return of(FileMemory.read(path), path.toString());
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofShared();
        try {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new FileBytes(path.toString(), mapped, arena, channel);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            arena.close();
            channel.close();
            throw e;
        }
    }

    /** Bytes that are in memory already and stay the caller's. */
    public static FileBytes of(MemorySegment bytes, String where) {
        return new FileBytes(where, bytes.asReadOnly(), null, null);
    }

    /** Another file, in which this one keeps some of its data: closed with this one. */
    public FileBytes openOther(ModelFiles files, String name) throws IOException {
        FileBytes other = open(files, name);
        others.add(other);
        return other;
    }

    /**
     * Reads the list of what is in it; where that fails, this is closed.
     *
     * @throws ModelLoadingException if the file becomes shorter meanwhile, or there is no memory for the list
     */
    public <T, E extends Exception> T opened(Contents<T, E> contents) throws E {
        boolean read = false;
        try {
            T result = contents.read(this);
            read = true;
            return result;
        } catch (InternalError e) {
            throw shorter(e);
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    where + ": not enough memory for the names and shapes of its tensors; " + MemoryLimit.advice(e), e);
        } finally {
            if (!read) {
                close();
            }
        }
    }

    /** All of them, as long as this is open. */
    public MemorySegment segment() {
        requireOpen();
        return mapped;
    }

    /** Where a part of {@link #segment()} begins in the file. */
    long position(MemorySegment part) {
        return part.address() - mapped.address();
    }

    private boolean isShort(long byteCount) {
        return channel == null || byteCount < LONG_RUN;
    }

    /**
     * Reads elements that lie side by side inside the file.
     *
     * @param position of the first one, in bytes
     * @param size of each, in bytes: 1, 2, 4 or 8
     * @param reader is called once for a short run, and piece by piece for a long one
     * @param count in elements
     */
    public void readFloats(long position, int size, FloatReader reader, float[] destination, int offset, int count) {
        if (isShort((long) count * size)) {
            // Every token's row of an embedding table comes this way, so it makes no object.
            readScattered(position, reader, destination, offset, count);
            return;
        }
        int[] done = {0};
        read(position, (long) count * size, (source, at, byteCount) -> {
            reader.read(source, at, destination, offset + done[0], byteCount / size);
            done[0] += byteCount / size;
        });
    }

    /** Reads elements that do not lie side by side, where the file is mapped: the reader is called once, and finds them. */
    public void readScattered(long position, FloatReader reader, float[] destination, int offset, int count) {
        requireOpen();
        try {
            reader.read(mapped, position, destination, offset, count);
        } catch (InternalError e) {
            throw shorter(e); // a page of the mapping that is no longer in the file
        }
    }

    /** Reads a run that lies inside the file. */
    public void read(long position, long byteCount, Piece piece) {
        requireOpen();
        long done = isShort(byteCount) ? 0 : readPastMapping(position, byteCount, piece);
        while (done < byteCount) {
            int count = (int) Math.min(byteCount - done, 1 << 30);
            try {
                piece.accept(mapped, position + done, count);
            } catch (InternalError e) {
                throw shorter(e);
            }
            done += count;
        }
    }

    /** Returns how many bytes were read: all, unless there is no buffer or the channel failed; then the mapping has the rest. */
    private long readPastMapping(long position, long byteCount, Piece piece) {
        MemorySegment chunk = chunk();
        if (chunk == null) {
            return 0;
        }
        long done = 0;
        try {
            while (done < byteCount) {
                int count = (int) Math.min(byteCount - done, CHUNK);
                fill(chunk.asByteBuffer().limit(count), position + done);
                piece.accept(chunk, 0, count);
                done += count;
            }
        } catch (EOFException e) {
            throw shorter(e);
        } catch (IOException e) {
            // A thread that is interrupted here closes the channel for all; the mapping knows no interruption.
            return done;
        } finally {
            idleChunks.add(chunk);
        }
        return done;
    }

    /** What a run is read into; or null where {@code -XX:MaxDirectMemorySize} has no room for it. */
    private MemorySegment chunk() {
        MemorySegment idle = idleChunks.poll();
        if (idle != null || chunksAreScarce) {
            return idle;
        }
        try {
            return Arena.ofAuto().allocate(CHUNK, Long.BYTES);
        } catch (OutOfMemoryError e) {
            chunksAreScarce = true;
            return null;
        }
    }

    /** The file is not what it was when it was mapped. */
    private ModelLoadingException shorter(Throwable cause) {
        return new ModelLoadingException(
                where + ": has become shorter since it was opened; expected " + mapped.byteSize()
                        + " bytes. Leave a model's files alone while it is in use",
                cause);
    }

    private void fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, position + buffer.position());
            if (count < 0) {
                throw new EOFException();
            }
        }
    }

    /** @throws IllegalStateException if this is closed */
    public void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException(where + ": is closed");
        }
    }

    /** The file's path. */
    @Override
    public String toString() {
        return where;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        others.forEach(FileBytes::close);
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(where + ": cannot be closed", e);
        } finally {
            arena.close();
            idleChunks.clear();
        }
    }
}
