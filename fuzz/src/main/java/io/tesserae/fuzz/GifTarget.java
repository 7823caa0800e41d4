package io.tesserae.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A GIF. */
public final class GifTarget implements PictureTarget {

    private static final GifTarget TARGET = new GifTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        long width = PictureTarget.littleEndian(input, 6, 2);
        long height = PictureTarget.littleEndian(input, 8, 2);
        long pixels = width * height;
        for (int at = 13; at < input.length; at++) {
            if (input[at] == ',') { // a frame may begin here, and reach beyond the canvas
                long right =
                        PictureTarget.littleEndian(input, at + 1, 2) + PictureTarget.littleEndian(input, at + 5, 2);
                long bottom =
                        PictureTarget.littleEndian(input, at + 3, 2) + PictureTarget.littleEndian(input, at + 7, 2);
                pixels = Math.max(pixels, Math.max(width, right) * Math.max(height, bottom));
            }
        }
        if (PictureTarget.isWorthATry(input, "GIF8", pixels)) {
            Contract.check(TARGET, input);
        }
    }

    @Override
    public String name() {
        return "gif";
    }

    @Override
    public long read(byte[] input) {
        return PictureTarget.readOwn(input);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return TestData.pictures(name -> name.endsWith(".gif"));
    }

    @Override
    public List<String> dictionary() {
        return List.of("GIF87a", "GIF89a", "\u00F9\u0004", ",", ";", "NETSCAPE2.0");
    }
}
