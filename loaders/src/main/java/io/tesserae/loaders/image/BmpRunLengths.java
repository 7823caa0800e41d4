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
    private final int pixels;
    private final byte[] indices; // null where they are only counted
    private long at;
    private int count;

    private BmpRunLengths(ImageBytes file, BmpHeader header, byte[] indices) {
        this.file = file;
        this.width = header.width();
        this.fourBits = header.compression() == BmpHeader.Compression.RUN_LENGTH_4;
        this.pixels = header.width() * header.height();
        this.indices = indices;
        this.at = header.pixels();
    }

    /** Refuses a file whose run lengths end too soon, before any memory is asked for: four bytes may leap over 255 rows. */
    static void requireWhole(ImageBytes file, BmpHeader header) {
        new BmpRunLengths(file, header, null).unpack();
    }

    /** The indices of all pixels, {@code [height, width]}, the first row in the file first. */
    static byte[] unpack(ImageBytes file, BmpHeader header) {
        byte[] indices = new byte[header.width() * header.height()];
        new BmpRunLengths(file, header, indices).unpack();
        return indices;
    }

    private void unpack() {
        int x = 0;
        boolean ended = false;
        while (!ended && count < pixels && at + 2 <= file.length()) {
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
        if (count < pixels) {
            throw file.truncated("its run lengths end after " + count + " of " + pixels + " pixels");
        }
    }

    private void repeat(int value, int run) {
        int end = Math.min(count + run, pixels);
        if (indices == null) {
            count = end;
            return;
        }
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
    private void skip(long passedOver) {
        count = (int) Math.min(count + passedOver, pixels);
    }

    /** Pixels as they are; of four bits, two in a byte, and an odd last one is dropped. False where the file ends among them. */
    private boolean literal(int run) {
        int bytes = fourBits ? run / 2 : run;
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
        if (count < pixels) {
            if (indices != null) {
                indices[count] = (byte) index;
            }
            count++;
        }
    }
}
