package io.tesserae.loaders.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Formats of pictures that are not read, by their first bytes, so that whoever has one is told what it is and what to do. Phones
 * write HEIC, and what sends it on often calls it {@code .jpg}.
 */
enum UnreadFormat {
    HEIC("a HEIC picture", Advice.SAVE),
    AVIF("an AVIF picture", Advice.SAVE),
    CANON_RAW("a camera's raw file (Canon)", Advice.DEVELOP, "\0\0\0\u0018ftypcrx ", "II*\0\u0010\0\0\0CR"),
    FUJI_RAW("a camera's raw file (Fujifilm)", Advice.DEVELOP, "FUJIFILMCCD-RAW"),
    OLYMPUS_RAW("a camera's raw file (Olympus)", Advice.DEVELOP, "IIRO", "IIRS", "MMOR"),
    PANASONIC_RAW("a camera's raw file (Panasonic)", Advice.DEVELOP, "IIU\0"),
    TIFF("a TIFF picture, or a camera's raw file", Advice.SAVE, "II*\0", "MM\0*", "II+\0", "MM\0+"),
    JPEG_2000("a JPEG 2000 picture", Advice.SAVE, "\0\0\0\fjP  \r\n\u0087\n", "\u00FFO\u00FFQ"),
    JPEG_XL("a JPEG XL picture", Advice.SAVE, "\0\0\0\fJXL \r\n\u0087\n", "\u00FF\n"),
    JPEG_XR("a JPEG XR picture", Advice.SAVE, "II\u00BC"),
    PHOTOSHOP("a Photoshop file", Advice.SAVE, "8BPS\0"),
    ICON("an icon (ICO)", Advice.SAVE, "\0\0\u0001\0", "\0\0\u0002\0"),
    OPEN_EXR("an OpenEXR picture", Advice.SAVE, "v/1\u0001"),
    RADIANCE("a Radiance HDR picture", Advice.SAVE, "#?RADIANCE", "#?RGBE"),
    QOI("a QOI picture", Advice.SAVE, "qoif"),
    DIRECT_DRAW("a DDS texture", Advice.SAVE, "DDS |\0\0\0"),
    NETPBM("a PNM picture", Advice.SAVE, "P1\n", "P2\n", "P3\n", "P4\n", "P5\n", "P6\n", "P7\n"),
    PDF("a PDF document", "Save the page, or the picture in it, as JPEG or PNG", "%PDF-"),
    POSTSCRIPT("a PostScript drawing", Advice.DRAW, "%!PS", "\u00C5\u00D0\u00D3\u00C6"),
    SVG("an SVG drawing", Advice.DRAW),
    VIDEO("a video", "Save a frame of it as JPEG or PNG");

    /** What to do about it. */
    private static final class Advice {

        private static final String SAVE = "Save it as JPEG or PNG";
        private static final String DEVELOP = "Develop it and save it as JPEG or PNG";
        private static final String DRAW = "Draw it at the size that you want, and save that as PNG";

        private Advice() {}
    }

    private static final List<String> AVIF_BRANDS = List.of("avif", "avis");
    private static final List<String> HEIC_BRANDS =
            List.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "mif2", "msf1");

    /** How much of a text is searched for the beginning of a drawing: behind a declaration and comments. */
    private static final int SEARCHED_BYTES = 4096;

    private final String noun;
    private final String advice;
    private final List<String> beginnings;

    UnreadFormat(String noun, String advice, String... beginnings) {
        this.noun = noun;
        this.advice = advice;
        this.beginnings = List.of(beginnings);
    }

    /** With the article: {@code a HEIC picture}. */
    String noun() {
        return noun;
    }

    /** A sentence without its full stop. */
    String advice() {
        return advice;
    }

    /** The format of a file; empty if it is none of these, or one that is read. */
    static Optional<UnreadFormat> of(ImageBytes file) {
        for (UnreadFormat format : values()) {
            if (format.beginnings.stream().anyMatch(beginning -> file.has(0, beginning))) {
                return Optional.of(format);
            }
        }
        if (file.has(4, "ftyp")) {
            return Optional.of(byBrands(file));
        }
        return isSvg(file) ? Optional.of(SVG) : Optional.empty();
    }

    /** ISO's base media format: a box that names the format, its version, and which others it keeps to, four letters each. */
    private static UnreadFormat byBrands(ImageBytes file) {
        long end = Math.min(file.length(), Math.max(file.intBigEndian(0), 12));
        boolean still = false;
        for (long at = 8; at + 4 <= Math.min(end, SEARCHED_BYTES); at += at == 8 ? 8 : 4) {
            String brand = new String(file.copy(at, 4), StandardCharsets.ISO_8859_1);
            if (AVIF_BRANDS.contains(brand)) {
                return AVIF;
            }
            still |= HEIC_BRANDS.contains(brand);
        }
        return still ? HEIC : VIDEO;
    }

    private static boolean isSvg(ImageBytes file) {
        byte[] first = Arrays.copyOf(file.array(), Math.min(file.length(), SEARCHED_BYTES));
        String text = new String(first, StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        boolean markup = text.startsWith("<?xml") || text.startsWith("<!--") || text.startsWith("<!doctype svg");
        return text.startsWith("<svg") || markup && text.contains("<svg");
    }
}
