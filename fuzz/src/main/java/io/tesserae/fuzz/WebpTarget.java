package io.tesserae.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A WebP, read by the plug-in that applications may add. */
public final class WebpTarget implements PictureTarget {

    private static final WebpTarget TARGET = new WebpTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "webp";
    }

    /** Pictures that say they are large are left out: the plug-in asks for their memory first, up to the limit of pixels. */
    @Override
    public long read(byte[] input) {
        return largestSize(input) > LARGE ? 0 : PictureTarget.super.read(input);
    }

    /** Of any part of the file, wherever something looks like one. */
    private static long largestSize(byte[] input) {
        long largest = 0;
        for (int at = 0; at + 18 <= input.length; at++) {
            String type = new String(input, at, 4, StandardCharsets.ISO_8859_1);
            int data = at + 8;
            largest = Math.max(
                    largest,
                    switch (type) {
                        case "VP8X" ->
                            (1L + PictureTarget.littleEndian(input, data + 4, 3))
                                    * (1L + PictureTarget.littleEndian(input, data + 7, 3));
                        case "VP8L" ->
                            (1 + (PictureTarget.littleEndian(input, data + 1, 4) & 0x3FFF))
                                    * (1 + (PictureTarget.littleEndian(input, data + 1, 4) >> 14 & 0x3FFF));
                        case "VP8 " ->
                            (PictureTarget.littleEndian(input, data + 6, 2) & 0x3FFF)
                                    * (PictureTarget.littleEndian(input, data + 8, 2) & 0x3FFF);
                        default -> 0;
                    });
        }
        return largest;
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return TestData.pictures(name -> name.endsWith(".webp"));
    }

    @Override
    public List<String> dictionary() {
        return List.of("RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "EXIF", "XMP ", "ICCP");
    }
}
