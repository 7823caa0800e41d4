package io.tesserae.loaders.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.InflaterInputStream;

/** Reads the plain PNGs of the test data, 8-bit RGB in one pass, so that tests of what comes after need no other decoder. */
public final class PlainPng {

    private PlainPng() {}

    public static RgbImage read(Path file) throws IOException {
        int width = 0;
        int height = 0;
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.skipNBytes(8); // the signature
            for (String type = ""; !type.equals("IEND"); ) {
                byte[] chunk = new byte[in.readInt()];
                type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
                in.readFully(chunk);
                in.readInt(); // its checksum
                if (type.equals("IHDR")) {
                    DataInputStream header = new DataInputStream(new ByteArrayInputStream(chunk));
                    width = header.readInt();
                    height = header.readInt();
                    if (header.readByte() != 8 || header.readByte() != 2) {
                        throw new IOException(file + ": expected 8-bit RGB");
                    }
                } else if (type.equals("IDAT")) {
                    data.write(chunk);
                }
            }
        }
        return new RgbImage(width, height, unfilter(data.toByteArray(), width, height));
    }

    private static byte[] unfilter(byte[] compressed, int width, int height) throws IOException {
        int stride = width * RgbImage.CHANNELS;
        byte[] pixels = new byte[height * stride];
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(compressed)))) {
            for (int y = 0; y < height; y++) {
                int filter = in.readByte();
                in.readFully(pixels, y * stride, stride);
                for (int i = 0; i < stride; i++) {
                    int at = y * stride + i;
                    int left = i < RgbImage.CHANNELS ? 0 : pixels[at - RgbImage.CHANNELS] & 0xFF;
                    int above = y == 0 ? 0 : pixels[at - stride] & 0xFF;
                    int corner = y == 0 || i < RgbImage.CHANNELS ? 0 : pixels[at - stride - RgbImage.CHANNELS] & 0xFF;
                    pixels[at] += (byte)
                            switch (filter) {
                                case 0 -> 0;
                                case 1 -> left;
                                case 2 -> above;
                                case 3 -> (left + above) / 2;
                                default -> paeth(left, above, corner);
                            };
                }
            }
        }
        return pixels;
    }

    private static int paeth(int left, int above, int corner) {
        int byLeft = Math.abs(above - corner);
        int byAbove = Math.abs(left - corner);
        int byCorner = Math.abs(left + above - 2 * corner);
        if (byLeft <= byAbove && byLeft <= byCorner) {
            return left;
        }
        return byAbove <= byCorner ? above : corner;
    }
}
