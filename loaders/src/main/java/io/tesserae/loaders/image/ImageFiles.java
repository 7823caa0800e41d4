package io.tesserae.loaders.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.system.FileKind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * From a picture file to its pixels, exactly as the reference pipeline has them: Pillow 12.3's {@code Image.open}, the first frame,
 * {@code ImageOps.exif_transpose}, {@code convert("RGB")} (that is {@code transformers.image_utils.load_image}).
 *
 * <p>JPEG, PNG, GIF and BMP are read by themselves; WebP where the library {@code com.twelvemonkeys.imageio:imageio-webp} is at
 * hand, exactly if it is lossless and nearly so if it is lossy. What a file is, its first bytes say, not its name. In particular:
 *
 * <ul>
 *   <li>The picture is turned as its EXIF or XMP metadata say.
 *   <li>Grey is replicated, palettes are looked up. Transparency is dropped: a transparent pixel shows whatever colour is stored
 *       there.
 *   <li>16-bit colour keeps the high byte; 16-bit grey without alpha is clipped at 255.
 *   <li>Colour profiles and gamma are ignored. CMYK is converted by {@code (255 - ink) * (255 - black) / 255}.
 * </ul>
 *
 * <p>Files are taken to be hostile: sizes are checked before memory is asked for, and a file that is cut off or broken is
 * refused, with one kind of exception.
 */
public final class ImageFiles {

    /** Pictures of more pixels are refused: twice Pillow's {@code MAX_IMAGE_PIXELS}, where it too suspects a decompression bomb. */
    public static final long PIXEL_LIMIT = 2L * 89_478_485;

    /** Longer files are refused: 256 MiB. */
    public static final int BYTE_LIMIT = 256 << 20;

    private static final int SHOWN_BYTES = 16;

    private ImageFiles() {}

    /**
     * Reads a picture.
     *
     * @throws ImageException if there is no such file, or no picture in it that can be read
     */
    public static RgbImage read(Path file) {
        Arguments.require(file, "file");
        FileKind.otherThanFile(file).ifPresent(kind -> {
            throw new ImageException(file + ": expected a picture, found " + kind);
        });
        byte[] bytes;
        try (InputStream stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(BYTE_LIMIT + 1);
        } catch (NoSuchFileException e) {
            throw new ImageException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ImageException(file + ": cannot be read: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new ImageException(file + ": too little memory to read it. Give the JVM more with -Xmx", e);
        }
        return read(bytes, file.toString());
    }

    /**
     * Reads a picture that is in memory already.
     *
     * @param bytes a whole file; they are not changed
     * @param name what error messages call it
     * @throws ImageException if it is no picture that can be read
     */
    public static RgbImage read(byte[] bytes, String name) {
        Arguments.require(bytes, "bytes");
        Arguments.require(name, "name");
        ImageBytes file = new ImageBytes(bytes, name);
        if (bytes.length > BYTE_LIMIT) {
            throw file.refusal("a picture file of more than " + BYTE_LIMIT + " bytes is not read");
        }
        try {
            return decode(file).upright();
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    name + ": too little memory for so large a picture. Give the JVM more with -Xmx", e);
        } catch (LinkageError e) {
            // Only what needs the JDK's module java.desktop can be without its classes or its native libraries.
            String missing = isJpeg(file) ? "the JDK's JPEG decoder" : "ImageIO, which WebP is read with,";
            throw new ImageException(
                    name + ": " + missing + " is missing in this Java runtime (" + e
                            + "). Use one with the module java.desktop (jlink: --add-modules java.desktop) and its native"
                            + " libraries, libjavajpeg and libawt among them, or save the picture as PNG",
                    e);
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders that are not ours fail on broken files in many ways.
            throw new ImageException(name + ": the file is damaged, or of a kind that is not read (" + e + ")", e);
        }
    }

    /**
     * The pixels of a picture that an application has already: what Pillow's {@code convert("RGB")} makes of the same raster. Samples
     * are taken as they are, whatever the picture's colour space; premultiplied alpha is divided out and dropped.
     *
     * @throws ImageException if its colours are neither grey nor RGB nor CMYK nor a palette, or their values neither bytes nor shorts
     */
    public static RgbImage of(BufferedImage image) {
        Arguments.require(image, "image");
        try {
            return RasterColours.toRgb(image);
        } catch (OutOfMemoryError e) {
            throw new ImageException("too little memory for so large a picture. Give the JVM more with -Xmx", e);
        }
    }

    private static StoredImage decode(ImageBytes file) throws IOException {
        if (isJpeg(file)) {
            return JpegDecoder.decode(file);
        }
        if (file.has(0, PngDecoder.SIGNATURE)) {
            return PngDecoder.decode(file);
        }
        if (file.has(0, "GIF87a") || file.has(0, "GIF89a")) {
            return GifDecoder.decode(file);
        }
        if (file.has(0, "BM")) {
            return BmpDecoder.decode(file);
        }
        if (file.has(0, "RIFF") && file.has(8, "WEBPVP8")) {
            return WebpDecoder.decode(file);
        }
        throw file.refusal("not a JPEG, PNG, GIF, BMP or WebP file"
                + UnreadFormat.of(file)
                        .map(format -> " but " + format.noun() + ". " + format.advice())
                        .orElseGet(() -> ": " + beginning(file)));
    }

    private static boolean isJpeg(ImageBytes file) {
        return file.has(0, "\u00FF\u00D8\u00FF");
    }

    private static String beginning(ImageBytes file) {
        if (file.length() == 0) {
            return "it is empty";
        }
        byte[] first = file.copy(0, Math.min(SHOWN_BYTES, file.length()));
        String text = new String(first, StandardCharsets.ISO_8859_1);
        boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 127 || c == '\n' || c == '\r' || c == '\t');
        return "it begins with "
                + (printable
                        ? '"' + text.replaceAll("\\s", " ") + '"'
                        : HexFormat.ofDelimiter(" ").formatHex(first));
    }
}
