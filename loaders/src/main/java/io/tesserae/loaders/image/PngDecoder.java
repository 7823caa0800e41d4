package io.tesserae.loaders.image;

import io.tesserae.loaders.image.PngHeader.Colour;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG, as Pillow reads it: samples of fewer than 8 bits spread over 0 to 255, of 16-bit colours the high byte, 16-bit grey
 * clipped at 255, transparency dropped, gamma and profiles ignored; an animation shows its still picture.
 *
 * <p>The JDK's reader would do for most files. But it asks for memory as the header says, before it has seen any data, and does
 * not tell a file that is cut off from a whole one; and all that PNG needs besides {@link Inflater} is below.
 *
 * <p>Source: the PNG specification, third edition (W3C); Pillow's {@code PngImagePlugin} and {@code ZipDecode.c}. Where Pillow
 * fills up with black, because the data end with a row before the last, this refuses the file.
 */
final class PngDecoder {

    static final String SIGNATURE = "\u0089PNG\r\n\u001A\n";

    /** A chunk is its length, its type, so many bytes, and their checksum. */
    private static final int CHUNK_HEAD = 8;

    private static final int CHECKSUM_BYTES = 4;

    /** Where each pass of an interlaced picture begins, and how far apart its pixels lie: x, y, step x, step y. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    private final ImageBytes file;
    private final ImageMetadata metadata = new ImageMetadata();
    private final PngTexts texts;

    private PngHeader header;
    private byte[] palette = {};
    private boolean animated;
    private final List<Span> imageData = new ArrayList<>();

    /** Some bytes of the file. */
    private record Span(int start, int length) {}

    private PngDecoder(ImageBytes file) {
        this.file = file;
        this.texts = new PngTexts(file, metadata);
    }

    static StoredImage decode(ImageBytes file) {
        PngDecoder decoder = new PngDecoder(file);
        decoder.readChunks();
        RgbImage pixels = decoder.pixels();
        decoder.texts.finish();
        return new StoredImage(pixels, decoder.metadata.orientation());
    }

    // ---------------------------------------------------------------- chunks

    private void readChunks() {
        long at = SIGNATURE.length();
        boolean dataEnded = false;
        // Behind the picture's data nothing but metadata is wanted, and whatever is no chunk there ends the file.
        while (at + CHUNK_HEAD <= file.length() || imageData.isEmpty()) {
            long length = file.intBigEndian(at);
            file.require(at + 4, 4);
            String type = new String(file.array(), (int) at + 4, 4, StandardCharsets.ISO_8859_1);
            long data = at + CHUNK_HEAD;
            if (!isChunkType(type)) {
                if (imageData.isEmpty()) {
                    throw file.refusal("not a whole PNG: no chunk at byte " + at);
                }
                return;
            }
            file.require(data, length);
            switch (type) {
                case "IDAT" -> {
                    if (!dataEnded) {
                        imageData.add(new Span((int) data, (int) length));
                    }
                }
                case "IEND" -> {
                    return;
                }
                default -> {
                    if (imageData.isEmpty()) {
                        checkSum(at, length, type);
                    } else {
                        dataEnded = true;
                        if (animated && type.equals("fcTL")) {
                            return; // what follows is the next frame's
                        }
                    }
                    read(type, (int) data, (int) length);
                }
            }
            at = data + length + CHECKSUM_BYTES;
        }
    }

    private static boolean isChunkType(String type) {
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            if (c >= 128 || !Character.isLetterOrDigit(c) && c != '_') {
                return false;
            }
        }
        return true;
    }

    private void checkSum(long at, long length, String type) {
        CRC32 sum = new CRC32();
        sum.update(file.array(), (int) at + 4, (int) length + 4);
        if (sum.getValue() != file.intBigEndian(at + CHUNK_HEAD + length)) {
            throw file.truncated("the checksum of its chunk " + type + " is wrong");
        }
    }

    private void read(String type, int data, int length) {
        if (header == null && !type.equals("IHDR")) {
            throw file.refusal("a PNG begins with a chunk IHDR, found " + type);
        }
        switch (type) {
            case "IHDR" -> {
                if (header != null || length < PngHeader.BYTES) {
                    throw file.refusal(
                            "a PNG has one chunk IHDR of " + PngHeader.BYTES + " bytes, found another, of " + length);
                }
                header = PngHeader.read(file, data);
            }
            case "PLTE" -> {
                if (header.colour() == Colour.PALETTE && imageData.isEmpty()) {
                    palette = file.copy(data, length);
                }
            }
            case "acTL" -> animated = true;
            case "fcTL" -> requireWholeFrame(data, length);
            case "eXIf" -> metadata.exif(file.copy(data, length));
            case "tEXt" -> texts.plain(file.copy(data, length));
            case "zTXt" -> texts.compressed(file.copy(data, length));
            case "iTXt" -> texts.international(file.copy(data, length));
            default -> {} // nothing that would change the pixels
        }
    }

    /** The first frame of an animation is the still picture, which covers all. */
    private void requireWholeFrame(int data, int length) {
        if (length >= 26 && imageData.isEmpty()) {
            long width = file.intBigEndian(data + 4L);
            long height = file.intBigEndian(data + 8L);
            if (width != header.width() || height != header.height()) {
                throw file.refusal("the first frame of the animation has " + width + " x " + height
                        + " pixels, the picture " + header.width() + " x " + header.height());
            }
        }
    }

    // ---------------------------------------------------------------- pixels

    private RgbImage pixels() {
        if (header == null || imageData.isEmpty()) {
            throw file.refusal("a PNG without a picture in it: expected chunks IHDR and IDAT");
        }
        if (palette.length > Palette.COLOURS * RgbImage.CHANNELS) {
            throw file.refusal("a palette has at most " + Palette.COLOURS + " colours of 3 bytes, found "
                    + palette.length + " bytes");
        }
        long compressed = 0;
        for (Span span : imageData) {
            compressed += span.length();
        }
        if (header.dataBytes() > compressed * PngHeader.DEFLATE_RATIO) {
            throw file.truncated(compressed + " bytes of compressed data cannot hold " + header.width() + " x "
                    + header.height() + " pixels");
        }
        byte[] pixels = new byte[header.width() * header.height() * RgbImage.CHANNELS];
        PngSamples samples = new PngSamples(header, palette);
        try (Inflater inflater = new Inflater()) {
            ImageData data = new ImageData(inflater);
            for (int[] pass : header.interlaced() ? ADAM7 : ONE_PASS) {
                readPass(data, samples, pixels, pass[0], pass[1], pass[2], pass[3]);
            }
            data.finish();
        } catch (DataFormatException e) {
            throw new ImageException(
                    file.truncated("its compressed data are broken (" + e.getMessage() + ")")
                            .getMessage(),
                    e);
        }
        return new RgbImage(header.width(), header.height(), pixels);
    }

    private void readPass(ImageData data, PngSamples samples, byte[] pixels, int x, int y, int stepX, int stepY)
            throws DataFormatException {
        int columns = (header.width() - x + stepX - 1) / stepX;
        if (columns <= 0) {
            return;
        }
        byte[] row = new byte[1 + header.rowBytes(columns)]; // the filter's number, then the samples
        byte[] above = new byte[row.length];
        for (int line = y; line < header.height(); line += stepY) {
            data.read(row);
            if (!PngFilter.undo(row, above, header.filterDistance())) {
                throw file.truncated("PNG has row filters 0 to 4, found " + (row[0] & 0xFF));
            }
            int target = (line * header.width() + x) * RgbImage.CHANNELS;
            samples.toRgb(row, columns, pixels, target, stepX * RgbImage.CHANNELS);
            byte[] swap = above;
            above = row;
            row = swap;
        }
    }

    /** The image data: one zlib stream, cut into chunks anywhere. */
    private final class ImageData {

        private final Inflater inflater;
        private int nextSpan;

        ImageData(Inflater inflater) {
            this.inflater = inflater;
        }

        /** Fills the array. */
        void read(byte[] target) throws DataFormatException {
            int count = 0;
            while (count < target.length) {
                int more = inflater.inflate(target, count, target.length - count);
                count += more;
                if (more == 0 && !feed()) {
                    throw file.truncated("its data end before the picture does");
                }
            }
        }

        /** Past the last row nothing is wanted, but a wrong checksum of the stream shows here. */
        void finish() throws DataFormatException {
            byte[] rest = new byte[1];
            while (inflater.inflate(rest) == 0 && feed()) {
                // go on with the next chunk
            }
        }

        private boolean feed() {
            if (inflater.finished() || inflater.needsDictionary() || nextSpan == imageData.size()) {
                return false;
            }
            Span span = imageData.get(nextSpan++);
            inflater.setInput(file.array(), span.start(), span.length());
            return true;
        }
    }
}
