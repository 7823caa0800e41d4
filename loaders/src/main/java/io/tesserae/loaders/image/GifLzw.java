package io.tesserae.loaders.image;

/**
 * Unpacks the colour indices of a GIF's frame: LZW with codes of growing width, in blocks of up to 255 bytes.
 *
 * <p>A code below {@code clear} is an index. One above {@code clear + 1} is a string: an earlier code followed by one more
 * index. Every code that comes in defines the next string.
 *
 * <p>Source: GIF89a, appendix F; Pillow's {@code GifDecode.c}.
 */
final class GifLzw {

    private static final int WIDEST_CODE = 12;
    private static final int STRINGS = 1 << WIDEST_CODE;
    private static final int NONE = -1;

    /** No compressed data unfold to more than this many times their length: 4096 indices from 12 bits. */
    private static final long LZW_RATIO = STRINGS * 8 / WIDEST_CODE + 1;

    private final ImageBytes file;
    private long at;
    private int blockBytes;
    private int bits;
    private int bitCount;

    private final int literalBits;
    private final int clear;
    private int codeBits;
    private int next;
    private int lastCode = NONE;
    private byte lastFirst;
    private final short[] prefix = new short[STRINGS];
    private final byte[] suffix = new byte[STRINGS];

    /** The string of the code read last, backwards; what of it has not been handed out yet. */
    private final byte[] pending = new byte[STRINGS + 1];

    private int pendingCount;

    /**
     * The indices of a frame, {@code [height, width]}, in the order of the file.
     *
     * @param start where the number of bits stands, before the blocks
     */
    static byte[] unpack(ImageBytes file, long start, int width, int height) {
        GifLzw lzw = new GifLzw(file, start);
        long bytes = file.length() - lzw.at;
        if ((long) width * height > bytes * LZW_RATIO) {
            throw file.truncated(bytes + " bytes of compressed data cannot hold " + width + " x " + height + " pixels");
        }
        byte[] indices = new byte[width * height];
        lzw.read(indices);
        return indices;
    }

    private GifLzw(ImageBytes file, long start) {
        this.file = file;
        this.literalBits = file.unsignedByte(start);
        if (literalBits > WIDEST_CODE) {
            throw file.refusal("GIF has codes of at most " + WIDEST_CODE + " bits, found " + literalBits);
        }
        this.at = start + 1;
        this.clear = 1 << literalBits;
        forget();
    }

    private void forget() {
        next = clear + 2;
        codeBits = literalBits + 1;
        lastCode = NONE;
    }

    /** Fills the array. */
    private void read(byte[] indices) {
        int count = 0;
        while (count < indices.length) {
            unpackCode();
            while (pendingCount > 0 && count < indices.length) {
                indices[count++] = pending[--pendingCount];
            }
        }
    }

    private void unpackCode() {
        int code = readCode();
        if (code == clear) {
            forget();
            return;
        }
        if (code == clear + 1) {
            throw file.truncated("its data end before the picture does");
        }
        if (lastCode == NONE ? code > clear : code > next) {
            throw file.truncated("LZW code " + code + " before it is defined");
        }
        int string = code;
        if (lastCode != NONE && code == next) { // the string that this very code defines
            pending[pendingCount++] = lastFirst;
            string = lastCode;
        }
        while (string > clear) {
            if (string >= STRINGS) {
                throw file.truncated("LZW code " + string + " beyond the " + STRINGS + " there are");
            }
            pending[pendingCount++] = suffix[string];
            string = prefix[string] & 0xFFFF;
        }
        lastFirst = (byte) string;
        pending[pendingCount++] = lastFirst;
        if (lastCode != NONE && next < STRINGS) {
            prefix[next] = (short) lastCode;
            suffix[next] = lastFirst;
            if (next == (1 << codeBits) - 1 && codeBits < WIDEST_CODE) {
                codeBits++;
            }
            next++;
        }
        lastCode = code;
    }

    private int readCode() {
        while (bitCount < codeBits) {
            while (blockBytes == 0) {
                blockBytes = file.unsignedByte(at++);
                if (blockBytes == 0) {
                    throw file.truncated("its data end before the picture does");
                }
                file.require(at, blockBytes);
            }
            bits |= file.unsignedByte(at++) << bitCount;
            bitCount += 8;
            blockBytes--;
        }
        int code = bits & (1 << codeBits) - 1;
        bits >>>= codeBits;
        bitCount -= codeBits;
        return code;
    }
}
