package io.tesserae.loaders.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The text chunks of a PNG that say how the picture is turned: XMP, and EXIF as ImageMagick wraps it. Other texts are passed over.
 *
 * <p>Source: the PNG specification, section 11.3.3; Pillow's {@code PngImagePlugin.PngStream} and {@code Image.getexif}.
 */
final class PngTexts {

    /** Texts that unfold to more are refused: Pillow's {@code MAX_TEXT_CHUNK}. */
    private static final int LIMIT = 1 << 20;

    /** All texts of a picture together, likewise: Pillow's {@code MAX_TEXT_MEMORY}. */
    private static final int TOTAL_LIMIT = 64 * LIMIT;

    private static final String RAW_EXIF_KEY = "Raw profile type exif";
    private static final String EXIF_KEY = "exif";
    private static final String XMP_KEY = "XML:com.adobe.xmp";

    private final ImageBytes file;
    private final ImageMetadata metadata;
    /** The hexadecimal text in which ImageMagick wraps an EXIF block. */
    private String rawExifProfile;

    private int unfolded;

    PngTexts(ImageBytes file, ImageMetadata metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    /** After the last chunk: a wrapped EXIF block counts where there is no other. */
    void finish() {
        if (metadata.exif() == null && rawExifProfile != null) {
            metadata.exif(exifOfRawProfile(rawExifProfile));
        }
    }

    /** The chunk {@code tEXt}. */
    void plain(byte[] chunk) {
        int end = zeroByte(chunk, 0);
        text(latin1(chunk, 0, end), chunk, Math.min(end + 1, chunk.length));
    }

    /** The chunk {@code zTXt}. */
    void compressed(byte[] chunk) {
        int end = zeroByte(chunk, 0);
        String key = latin1(chunk, 0, end);
        if (isWanted(key)) {
            text(key, inflateText(key, chunk, end + 2), 0);
        }
    }

    /** The chunk {@code iTXt}. */
    void international(byte[] chunk) {
        int keyEnd = zeroByte(chunk, 0);
        int languageEnd = zeroByte(chunk, keyEnd + 3);
        int translationEnd = zeroByte(chunk, languageEnd + 1);
        String key = latin1(chunk, 0, keyEnd);
        if (isWanted(key) && translationEnd < chunk.length) {
            boolean compressed = chunk[keyEnd + 1] != 0;
            int start = translationEnd + 1;
            if (compressed) {
                text(key, inflateText(key, chunk, start), 0);
            } else {
                text(key, chunk, start);
            }
        }
    }

    private static boolean isWanted(String key) {
        return key.equals(XMP_KEY) || key.equals(RAW_EXIF_KEY) || key.equals(EXIF_KEY);
    }

    private void text(String key, byte[] value, int start) {
        switch (key) {
            case XMP_KEY -> metadata.xmp(latin1(value, start, value.length));
            case RAW_EXIF_KEY -> rawExifProfile = latin1(value, start, value.length);
            case EXIF_KEY -> metadata.exif(Arrays.copyOfRange(value, start, value.length));
            default -> {}
        }
    }

    /** Nothing where the data are no zlib stream: a broken text is no reason to refuse the picture. */
    private byte[] inflateText(String key, byte[] chunk, int start) {
        if (start >= chunk.length) {
            return new byte[0];
        }
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(chunk, start, chunk.length - start);
            byte[] text = new byte[(int) Math.min(LIMIT + 1L, (chunk.length - start) * PngHeader.DEFLATE_RATIO)];
            int count = 0;
            for (int more; count < text.length && (more = inflater.inflate(text, count, text.length - count)) > 0; ) {
                count += more;
            }
            if (count > LIMIT) {
                throw file.refusal("its text \"" + key + "\" unfolds to more than " + LIMIT + " bytes");
            }
            unfolded += count;
            if (unfolded > TOTAL_LIMIT) {
                throw file.refusal("its texts unfold to more than " + TOTAL_LIMIT + " bytes together");
            }
            return Arrays.copyOf(text, count);
        } catch (DataFormatException e) {
            return new byte[0];
        }
    }

    /** The text's first three lines are empty, the name and the length; the others are the block in hexadecimal. */
    private static byte[] exifOfRawProfile(String text) {
        String[] lines = text.split("\n", 4);
        if (lines.length < 4) {
            return new byte[0];
        }
        try {
            return HexFormat.of().parseHex(lines[3].replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            return new byte[] {0}; // which is no EXIF either
        }
    }

    private static int zeroByte(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return Math.min(at, bytes.length);
    }

    private static String latin1(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
