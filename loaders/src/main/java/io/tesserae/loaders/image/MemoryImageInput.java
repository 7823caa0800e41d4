package io.tesserae.loaders.image;

import java.io.EOFException;
import java.io.UncheckedIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes in memory for a reader of the JDK, which would otherwise copy them, into a file at worst. It notes whether the reader
 * wanted more than there is: the JDK's JPEG reader then goes on with grey and says nothing that could be relied upon.
 *
 * <p>A reader that looks ahead may want a few bytes more. One that goes on wanting is stopped: the WebP reader swallows the end of
 * the file, and for a hundred bytes that claim to be a large picture would go on for minutes, with an exception for every pixel.
 */
final class MemoryImageInput extends ImageInputStreamImpl {

    /** Reads beyond the end that are put up with. */
    private static final int PATIENCE = 1024;

    private final byte[] bytes;
    private int readsBeyondTheEnd;

    MemoryImageInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether a read met the end. */
    boolean ranOut() {
        return readsBeyondTheEnd > 0;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return endOfFile();
        }
        return bytes[(int) streamPos++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= bytes.length) {
            return endOfFile();
        }
        int count = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    private int endOfFile() {
        readsBeyondTheEnd++;
        if (readsBeyondTheEnd > PATIENCE) {
            throw new UncheckedIOException(new EOFException("the file ends before the picture does"));
        }
        return -1;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
