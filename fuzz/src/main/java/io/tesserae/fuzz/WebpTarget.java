package io.tesserae.fuzz;

import java.io.IOException;
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

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return TestData.pictures(name -> name.endsWith(".webp"));
    }

    @Override
    public List<String> dictionary() {
        return List.of("RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "EXIF", "XMP ", "ICCP");
    }
}
