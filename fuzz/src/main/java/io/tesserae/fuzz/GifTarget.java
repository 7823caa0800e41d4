package io.tesserae.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A GIF. */
public final class GifTarget implements PictureTarget {

    private static final GifTarget TARGET = new GifTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
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
