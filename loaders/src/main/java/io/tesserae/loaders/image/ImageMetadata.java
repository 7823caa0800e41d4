package io.tesserae.loaders.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two places in which a file may say how its picture is turned: an EXIF block, and an XMP packet. Either may be absent.
 *
 * <p>EXIF that has the tag decides; XMP is asked where EXIF is silent; where EXIF is there but is not a TIFF structure, nobody
 * is asked. So does Pillow's {@code Image.getexif}, except that it sometimes fails in the last case.
 */
final class ImageMetadata {

    private static final Pattern XMP_ORIENTATION = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

    private byte[] exif;
    private String xmp;

    /** A later block takes the place of an earlier one. */
    void exif(byte[] block) {
        exif = block;
    }

    /** The EXIF block as it is so far; null if there is none. */
    byte[] exif() {
        return exif;
    }

    /** An XMP packet, its bytes as characters; a later one takes the place of an earlier one. */
    void xmp(String packet) {
        xmp = packet;
    }

    Orientation orientation() {
        ExifReader.Answer answer = exif == null ? new ExifReader.Silent() : ExifReader.read(exif);
        if (answer instanceof ExifReader.Found(long value)) {
            return Orientation.of(value);
        }
        return answer instanceof ExifReader.Silent ? byXmp() : Orientation.AS_STORED;
    }

    private Orientation byXmp() {
        if (xmp != null) {
            Matcher matcher = XMP_ORIENTATION.matcher(xmp);
            if (matcher.find()) {
                return Orientation.of(Integer.parseInt(matcher.group(1)));
            }
        }
        return Orientation.AS_STORED;
    }
}
