package io.tesserae.loaders.image;

import java.util.Arrays;

/**
 * Unpacks the run lengths of a BMP. Pairs of bytes: a count and what is to be repeated; or 0 and 0, the end of a row; 0 and 1, the
 * end of the picture; 0 and 2, a leap to the right and up by the two bytes that follow; 0 and a larger count, so many pixels as they
 * are.
 *
 * <p>Source: Pillow's {@code BmpImagePlugin.BmpRleDecoder}, whose results on broken files these are too.
 */
final class BmpRunLengths {

    private final ImageBytes file;
    private final int width;
    private final boolean fourBits;
    private final byte[] indices;
    private long at;
    private int count;

    private BmpRunLengths(ImageBytes file, BmpHeader header) {
        this.file = file;
        this.width = header.width();
        this.fourBits = header.compression() == BmpHeader.Compression.RUN_LENGTH_4;
        this.indices = new byte[header.width() * header.height()];
        this.at = header.pixels();
    }

    /** The indices of all pixels, {@code [height, width]}, the first row in the file first. */
    static byte[] unpack(ImageBytes file, BmpHeader header) {
        return new BmpRunLengths(file, header).unpack();
    }

    private byte[] unpack() {
        int x = 0;
        boolean ended = false;
        while (!ended && count < indices.length && at + 2 <= file.length()) {
            int first = file.unsignedByte(at++);
            int second = file.unsignedByte(at++);
            if (first != 0) {
                int run = Math.min(first, Math.max(0, width - x)); // cut off at the end of the row
                repeat(second, run);
                x += run;
            } else {
                switch (second) {
                    case 0 -> {
                        skip((width - count % width) % width);
                        x = 0;
                    }
                    case 1 -> ended = true;
                    case 2 -> {
                        if (at + 2 > file.length()) {
                            ended = true;
                        } else {
                            skip(file.unsignedByte(at) + (long) file.unsignedByte(at + 1) * width);
                            at += 2;
                            x = count % width;
                        }
                    }
                    default -> {
                        ended = !literal(second);
                        x += second;
                    }
                }
            }
        }
        if (count < indices.length) {
            throw file.truncated("its run lengths end after " + count + " of " + indices.length + " pixels");
        }
        return indices;
    }

    private void repeat(int value, int run) {
        int end = Math.min(count + run, indices.length);
        if (!fourBits) {
            Arrays.fill(indices, count, end, (byte) value);
        } else {
            for (int i = count; i < end; i++) {
                indices[i] = (byte) ((i - count & 1) == 0 ? value >> 4 : value & 15);
            }
        }
        count = end;
    }

    /** Pixels that are passed over have index 0. */
    private void skip(long pixels) {
        count = (int) Math.min(count + pixels, indices.length);
    }

    /** Pixels as they are; of four bits, two in a byte, and an odd last one is dropped. False where the file ends among them. */
    private boolean literal(int pixels) {
        int bytes = fourBits ? pixels / 2 : pixels;
        int present = (int) Math.min(bytes, file.length() - at);
        for (int i = 0; i < present; i++) {
            int value = file.unsignedByte(at++);
            if (fourBits) {
                put(value >> 4);
                put(value & 15);
            } else {
                put(value);
            }
        }
        at += at & 1; // to an even place in the file
        return present == bytes;
    }

    private void put(int index) {
        if (count < indices.length) {
            indices[count++] = (byte) index;
        }
    }
}
