package io.tesserae.loaders.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes in memory for a reader of the JDK, which would otherwise copy them, into a file at worst. It notes whether the reader
 * wanted more than there is: the JDK's JPEG reader then goes on with grey and says nothing that could be relied upon.
 */
final class MemoryImageInput extends ImageInputStreamImpl {

    private final byte[] bytes;
    private boolean ranOut;

    MemoryImageInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether a read met the end. */
    boolean ranOut() {
        return ranOut;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            ranOut = true;
            return -1;
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
            ranOut = true;
            return -1;
        }
        int count = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
