package io.tesserae.loaders.safetensors;

import io.tesserae.loaders.files.FileMemory;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.system.FileKind;
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
 */
final class FileBytes implements AutoCloseable {

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

    private FileBytes(String where, MemorySegment mapped, Arena arena, FileChannel channel) {
        this.where = where;
        this.mapped = mapped;
        this.arena = arena;
        this.channel = channel;
    }

    /** Receives a run piece by piece, in order. */
    @FunctionalInterface
    interface Piece {
        void accept(MemorySegment source, long offset, int byteCount);
    }

    /** A file, opened until {@link #close()}; one that cannot be mapped is in memory from then on, and its file system can go. */
    static FileBytes open(Path path) throws IOException {
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
    static FileBytes of(MemorySegment bytes, String where) {
        return new FileBytes(where, bytes.asReadOnly(), null, null);
    }

    /** All of them, as long as this is open. */
    MemorySegment segment() {
        requireOpen();
        return mapped;
    }

    /** Whether a run of so many bytes is best read where {@link #segment()} has it. */
    boolean isShort(long byteCount) {
        return channel == null || byteCount < LONG_RUN;
    }

    /** Reads a run that lies inside the file. */
    void read(long position, long byteCount, Piece piece) {
        requireOpen();
        long done = isShort(byteCount) ? 0 : readPastMapping(position, byteCount, piece);
        while (done < byteCount) {
            int count = (int) Math.min(byteCount - done, 1 << 30);
            try {
                piece.accept(mapped, position + done, count);
            } catch (InternalError e) {
                throw shorter(e); // a page of the mapping that is no longer in the file
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
    ModelLoadingException shorter(Throwable cause) {
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

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException(where + ": is closed");
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true) || channel == null) {
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
