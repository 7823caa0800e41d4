package io.tesserae.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A WebP, read by the plug-in that applications may add. */
public final class WebpTarget implements PictureTarget {

    private static final WebpTarget TARGET = new WebpTarget();

    /** In pixels. */
    private static final long LARGE = 1 << 20;

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
                        case "VP8X" -> (1L + bits(input, data + 4, 24)) * (1L + bits(input, data + 7, 24));
                        case "VP8L" ->
                            (1 + (bits(input, data + 1, 32) & 0x3FFF))
                                    * (1 + (bits(input, data + 1, 32) >> 14 & 0x3FFF));
                        case "VP8 " -> (bits(input, data + 6, 16) & 0x3FFF) * (bits(input, data + 8, 16) & 0x3FFF);
                        default -> 0;
                    });
        }
        return largest;
    }

    private static long bits(byte[] input, int at, int count) {
        long value = 0;
        for (int i = 0; i < count / 8; i++) {
            value |= (at + i < input.length ? input[at + i] & 0xFFL : 0) << 8 * i;
        }
        return value;
    }

    /** The reader has every pixel of a picture that is not large a few times before it knows that it is broken. */
    @Override
    public Bound bound() {
        return new Bound(16 * LARGE, 50_000);
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
