package io.tesserae.loaders.bytes;

import io.tesserae.loaders.bytes.FileBytes.FloatReader;
import java.lang.foreign.MemorySegment;

/**
 * A stretch of an open file, which lies inside it: the elements of one tensor, or of several that share them.
 *
 * @param file where it is
 * @param position of its first byte
 * @param byteCount how long it is
 */
public record FileRun(FileBytes file, long position, long byteCount) {

    /** A part of a file's {@link FileBytes#segment()}. */
    public static FileRun of(FileBytes file, MemorySegment part) {
        return new FileRun(file, file.position(part), part.byteSize());
    }

    /** What is in memory beside the file that it is about, such as data that were put together of many pieces. */
    public static FileRun of(MemorySegment bytes, String where) {
        return new FileRun(FileBytes.of(bytes, where), 0, bytes.byteSize());
    }

    /** {@link FileBytes#readFloats}, from a byte of this run on. */
    public void readFloats(long from, int size, FloatReader reader, float[] destination, int offset, int count) {
        file.readFloats(position + from, size, reader, destination, offset, count);
    }

    /** {@link FileBytes#readScattered}, from the beginning of this run. */
    public void readScattered(FloatReader reader, float[] destination, int offset, int count) {
        file.readScattered(position, reader, destination, offset, count);
    }
}
