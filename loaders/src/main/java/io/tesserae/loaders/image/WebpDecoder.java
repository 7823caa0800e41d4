package io.tesserae.loaders.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * WebP, by a reader that the application has brought along: {@code com.twelvemonkeys.imageio:imageio-webp}, found as a plug-in of
 * {@link ImageIO}. The JDK has none.
 *
 * <p>Lossless pictures come out exactly as from Pillow's libwebp. Lossy ones do not: that reader repeats each chroma sample where
 * libwebp interpolates, so that about 60 % of the values of a photo differ, by 2 of 255 in the mean and by some 50 at sharp
 * edges between colours. A model sees almost the same picture, but not the same numbers.
 *
 * <p>Source: the WebP container specification; Pillow's {@code WebPImagePlugin}.
 */
final class WebpDecoder {

    private static final int RIFF_HEAD = 12;
    private static final int CHUNK_HEAD = 8;
    private static final int HAS_EXIF = 8;
    private static final int HAS_XMP = 4;

    /** In lossy data every 16 x 16 pixels take a bit at least, since the modes that they are predicted by do. Lossless ones may take none. */
    private static final long MOST_PIXELS_PER_BYTE = 8 * 16 * 16;

    private final ImageBytes file;
    private final ImageMetadata metadata = new ImageMetadata();
    private int width;
    private int height;

    private WebpDecoder(ImageBytes file) {
        this.file = file;
    }

    static StoredImage decode(ImageBytes file) throws IOException {
        WebpDecoder decoder = new WebpDecoder(file);
        decoder.readChunks();
        return new StoredImage(decoder.pixels(), decoder.metadata.orientation());
    }

    /** The first chunk says the size; one of the extended kind, which metadata follow. */
    private void readChunks() {
        long end = RIFF_HEAD - 4 + file.intLittleEndian(4);
        file.require(0, end);
        int flags = 0;
        int frames = 0;
        for (long at = RIFF_HEAD; at + CHUNK_HEAD <= end; ) {
            String type = new String(file.copy(at, 4), StandardCharsets.ISO_8859_1);
            long length = file.intLittleEndian(at + 4);
            long data = at + CHUNK_HEAD;
            file.require(data, length);
            switch (type) {
                case "VP8X" -> {
                    flags = file.unsignedByte(data);
                    size(1 + (file.intLittleEndian(data + 4) & 0xFFFFFF), 1 + (file.intLittleEndian(data + 6) >> 8));
                }
                case "VP8L" -> {
                    long bits = file.intLittleEndian(data + 1);
                    size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
                }
                case "VP8 " -> {
                    size(file.shortLittleEndian(data + 6) & 0x3FFF, file.shortLittleEndian(data + 8) & 0x3FFF);
                    if ((long) width * height > length * MOST_PIXELS_PER_BYTE) {
                        throw file.truncated(length + " bytes cannot hold " + width + " x " + height + " pixels");
                    }
                }
                case "ANMF" -> {
                    if (frames++ == 0) { // of the others nothing is wanted
                        size(
                                1 + (file.intLittleEndian(data + 6) & 0xFFFFFF),
                                1 + (file.intLittleEndian(data + 8) >> 8));
                    }
                }
                case "EXIF" -> {
                    if ((flags & HAS_EXIF) != 0) {
                        metadata.exif(file.copy(data, length));
                    }
                }
                case "XMP " -> {
                    if ((flags & HAS_XMP) != 0) {
                        metadata.xmp(new String(file.copy(data, length), StandardCharsets.ISO_8859_1));
                    }
                }
                default -> {}
            }
            at = data + length + (length & 1);
        }
        if (width == 0) {
            throw file.truncated("a WebP file without a picture in it");
        }
    }

    /** The first size is the whole picture's; that of the picture or frame inside is the same, or the reader would believe each. */
    private void size(long foundWidth, long foundHeight) {
        file.requireSize(foundWidth, foundHeight);
        if (width == 0) {
            width = (int) foundWidth;
            height = (int) foundHeight;
        }
        if (foundWidth != width || foundHeight != height) {
            throw file.refusal("it says it is " + width + " x " + height + " pixels, but its first frame has "
                    + foundWidth + " x " + foundHeight);
        }
    }

    private RgbImage pixels() throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("webp");
        if (!readers.hasNext()) {
            throw file.refusal(
                    "WebP is read with the help of the library com.twelvemonkeys.imageio:imageio-webp, which is not"
                            + " there. Put it on the class path or module path, or save the picture as PNG or JPEG");
        }
        ImageReader reader = readers.next();
        try (MemoryImageInput input = new MemoryImageInput(file.array())) {
            reader.setInput(input, true, true);
            BufferedImage image = reader.read(0);
            if (image.getWidth() != width || image.getHeight() != height) {
                throw file.refusal("it says it is " + width + " x " + height + " pixels, but its first frame has "
                        + image.getWidth() + " x " + image.getHeight());
            }
            return RasterColours.toRgb(image);
        } finally {
            reader.dispose();
        }
    }
}
