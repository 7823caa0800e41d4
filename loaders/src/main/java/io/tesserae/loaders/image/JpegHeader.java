package io.tesserae.loaders.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What stands in a JPEG before the first scan: the frame (size, components, how each is sampled), the tables, and the
 * application segments that say how colours are coded and how the picture is to be turned.
 *
 * <p>Source: ITU-T T.81, annex B; Pillow's {@code JpegImagePlugin}; libjpeg's {@code default_decompress_parms}.
 */
final class JpegHeader {

    private static final int START_OF_IMAGE = 0xD8;
    static final int START_OF_SCAN = 0xDA;
    private static final int COMMENT = 0xFE;
    private static final int APPLICATION_0 = 0xE0;
    private static final int APPLICATION_15 = 0xEF;
    static final int END_OF_IMAGE = 0xD9;

    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    /** An application segment by Adobe; its last byte says how colours are coded: 0, not at all, 1, as luma and chroma. */
    private static final byte[] ADOBE_NOTE = {
        (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    /** How colours are coded. */
    enum ColourCode {
        GREY,
        RGB,
        LUMA_CHROMA,
        CMYK,
        /** Luma, chroma and black: the first three give the complements of cyan, magenta and yellow. */
        LUMA_CHROMA_BLACK
    }

    /**
     * One component of the frame.
     *
     * @param id its number
     * @param horizontal samples across, in proportion to the other components
     * @param vertical samples down
     */
    record Component(int id, int horizontal, int vertical) {}

    private final ImageBytes file;
    private final ImageMetadata metadata = new ImageMetadata();
    private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private int width;
    private int height;
    private boolean sequential;
    private Component[] components = {};
    private boolean jfif;
    private boolean adobe;
    private int adobeTransform;
    private int firstScan;

    private JpegHeader(ImageBytes file) {
        this.file = file;
    }

    static JpegHeader read(ImageBytes file) {
        JpegHeader header = new JpegHeader(file);
        header.readSegments();
        return header;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Whether no scan refines another: baseline or extended, not progressive. */
    boolean sequential() {
        return sequential;
    }

    Component[] components() {
        return components;
    }

    ImageMetadata metadata() {
        return metadata;
    }

    private void readSegments() {
        long at = 2;
        while (true) {
            while (file.unsignedByte(at) != 0xFF) { // what is no marker is passed over
                at++;
            }
            while (file.unsignedByte(at) == 0xFF) { // a marker may be filled up in front
                at++;
            }
            int marker = file.unsignedByte(at++);
            if (marker == 0 || marker == START_OF_IMAGE || marker == 1 || marker >= 0xD0 && marker <= 0xD7) {
                continue; // stands alone
            }
            int length = file.shortBigEndian(at);
            if (length < 2) {
                throw file.truncated("a segment of " + length + " bytes at byte " + at);
            }
            file.require(at, length);
            if (marker == START_OF_SCAN) {
                firstScan = (int) at - 2;
                requireFrame();
                JpegScans.require(file, this, at);
                if (exif.size() > 0) {
                    metadata.exif(exif.toByteArray());
                }
                return;
            }
            readSegment(marker, (int) at + 2, length - 2);
            if (marker != COMMENT && (marker < APPLICATION_0 || marker > APPLICATION_15)) {
                tables.write(0xFF);
                tables.write(marker);
                tables.write(file.array(), (int) at, length);
            }
            at += length;
        }
    }

    private void readSegment(int marker, int data, int length) {
        switch (marker) {
            case 0xE0 -> jfif |= length >= 14 && file.has(data, "JFIF\0");
            case 0xE1 -> applicationOne(data, length);
            case 0xEE -> {
                if (length >= 12 && file.has(data, "Adobe")) {
                    adobe = true;
                    adobeTransform = file.unsignedByte(data + 11L);
                }
            }
            case 0xC0, 0xC1, 0xC2 -> readFrame(marker, data, length);
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF -> throw unsupported("lossless or hierarchical coding");
            case 0xC9, 0xCA -> throw unsupported("arithmetic coding");
            default -> {} // tables, which the decoder reads
        }
    }

    private ImageException unsupported(String found) {
        return file.refusal(
                "JPEG with " + found + " is not read, only baseline and progressive ones with Huffman coding. "
                        + "Save it as such, or as PNG");
    }

    /** EXIF in several segments is one block; of XMP packets the last counts. */
    private void applicationOne(int data, int length) {
        if (length >= EXIF.length() && file.has(data, EXIF)) {
            int prefix = exif.size() == 0 ? 0 : EXIF.length();
            exif.write(file.array(), data + prefix, length - prefix);
        } else if (length >= XMP.length() && file.has(data, XMP)) {
            int start = data + XMP.length();
            metadata.xmp(new String(file.array(), start, length - XMP.length(), StandardCharsets.ISO_8859_1));
        }
    }

    private void readFrame(int marker, int data, int length) {
        if (components.length > 0) {
            throw file.refusal("a JPEG has one frame, found a second");
        }
        int precision = file.unsignedByte(data);
        if (precision != 8) {
            throw file.refusal("JPEG of 8 bits a sample is read, found " + precision + ". Save it as PNG");
        }
        height = file.shortBigEndian(data + 1L);
        width = file.shortBigEndian(data + 3L);
        file.requireSize(width, height);
        int count = file.unsignedByte(data + 5L);
        if (count != 1 && count != 3 && count != 4) {
            throw file.refusal("JPEG has 1, 3 or 4 components, found " + count);
        }
        if (length < 6 + 3 * count) {
            throw file.truncated("its frame header has " + length + " bytes, expected " + (6 + 3 * count));
        }
        sequential = marker != 0xC2;
        components = new Component[count];
        for (int i = 0; i < count; i++) {
            int sampling = file.unsignedByte(data + 7L + 3L * i);
            components[i] = new Component(file.unsignedByte(data + 6L + 3L * i), sampling >> 4, sampling & 15);
            if (sampling >> 4 < 1 || sampling >> 4 > 4 || (sampling & 15) < 1 || (sampling & 15) > 4) {
                throw file.truncated("components are sampled 1 to 4 times, found 0x" + Integer.toHexString(sampling));
            }
        }
    }

    /** There must be a frame, and data enough for it: two bits a block at least, or one where scans refine each other. */
    private void requireFrame() {
        if (components.length == 0) {
            throw file.truncated("a scan without a frame before it");
        }
        long blocks = (width + 7L) / 8 * ((height + 7L) / 8);
        long present = file.length() - (long) firstScan;
        if (present * (sequential ? 4 : 8) < blocks) {
            throw file.truncated(present + " bytes cannot hold " + width + " x " + height + " pixels");
        }
    }

    /** Samples down of the component that has most. */
    int verticalMaximum() {
        int most = 0;
        for (Component component : components) {
            most = Math.max(most, component.vertical());
        }
        return most;
    }

    /** Samples across of the component that has most. */
    int horizontalMaximum() {
        int most = 0;
        for (Component component : components) {
            most = Math.max(most, component.horizontal());
        }
        return most;
    }

    ColourCode colourCode() {
        return switch (components.length) {
            case 1 -> ColourCode.GREY;
            case 3 -> threeComponents();
            default -> adobe && adobeTransform != 0 ? ColourCode.LUMA_CHROMA_BLACK : ColourCode.CMYK;
        };
    }

    private ColourCode threeComponents() {
        if (jfif) {
            return ColourCode.LUMA_CHROMA;
        }
        if (adobe) {
            return adobeTransform == 0 ? ColourCode.RGB : ColourCode.LUMA_CHROMA;
        }
        boolean named = components[0].id() == 'R' && components[1].id() == 'G' && components[2].id() == 'B';
        return named ? ColourCode.RGB : ColourCode.LUMA_CHROMA;
    }

    /**
     * The file for a decoder that is to guess nothing: without profiles, thumbnails and comments, and with a note on the colours.
     *
     * @param convert whether luma and chroma are to be converted to red, green and blue; if not, all components are to be left as
     *     they are, and what they mean is {@link #colourCode}'s to say
     */
    byte[] forDecoder(boolean convert) {
        byte[] start = tables.toByteArray();
        byte[] note = components.length == 1 ? new byte[0] : ADOBE_NOTE.clone();
        if (convert) {
            note[note.length - 1] = 1;
        }
        int body = file.length() - firstScan;
        byte[] stream = new byte[2 + note.length + start.length + body];
        stream[0] = (byte) 0xFF;
        stream[1] = (byte) START_OF_IMAGE;
        System.arraycopy(note, 0, stream, 2, note.length);
        System.arraycopy(start, 0, stream, 2 + note.length, start.length);
        System.arraycopy(file.array(), firstScan, stream, 2 + note.length + start.length, body);
        return stream;
    }
}
