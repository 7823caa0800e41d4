package io.tesserae.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a picture says how it is turned: the input's first byte says whether the rest is EXIF, XMP, or EXIF as text, in a PNG of a pixel. */
public final class MetadataTarget implements PictureTarget {

    private static final MetadataTarget TARGET = new MetadataTarget();

    private static final String SIGNATURE = "\u0089PNG\r\n\u001A\n";

    private static final byte[] HEADER = {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0};

    /** Two bytes, filter and sample, stored and not compressed, with their checksum. */
    private static final byte[] DATA = {0x78, 1, 1, 2, 0, (byte) 0xFD, (byte) 0xFF, 0, 0, 0, 2, 0, 1};

    private static final String XMP = "<x:xmpmeta><rdf:Description tiff:Orientation=\"6\"/></x:xmpmeta>";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "metadata";
    }

    @Override
    public long read(byte[] input) {
        return input.length == 0 ? 0 : PictureTarget.readOwn(picture(input));
    }

    private static byte[] picture(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
        chunk(out, "IHDR", "", HEADER, 0);
        switch (input[0] & 3) {
            case 0 -> chunk(out, "eXIf", "", input, 1);
            case 1 -> chunk(out, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0", input, 1);
            case 2 -> chunk(out, "tEXt", "Raw profile type exif\0", input, 1);
            default -> chunk(out, "zTXt", "", input, 1);
        }
        chunk(out, "IDAT", "", DATA, 0);
        chunk(out, "IEND", "", DATA, DATA.length);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, String prefix, byte[] data, int from) {
        int length = prefix.length() + data.length - from;
        byte[] chunk = new byte[12 + length];
        PngChecksums.write(chunk, 0, length);
        byte[] head = (type + prefix).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(head, 0, chunk, 4, head.length);
        System.arraycopy(data, from, chunk, 4 + head.length, data.length - from);
        PngChecksums.write(chunk, 8 + length, PngChecksums.checksum(chunk, 4, 4 + length));
        out.writeBytes(chunk);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String order : List.of(
                "II*\0\b\0\0\0\1\0\22\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0",
                "MM\0*\0\0\0\b\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")) {
            seeds.put("exif-" + order.charAt(0), ("\0" + order).getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder text = new StringBuilder("\2\nexif\n      " + order.length() + "\n");
            order.chars().forEach(b -> text.append(String.format("%02x", b)));
            seeds.put("text-" + order.charAt(0), text.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        seeds.put("xmp", ("\1" + XMP).getBytes(StandardCharsets.ISO_8859_1));
        seeds.put("compressed", "\3Raw profile type exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "II*\0", "MM\0*", "\u0012\u0001", "tiff:Orientation=\"", "tiff:Orientation>", "\nexif\n", "Exif\0\0");
    }
}
