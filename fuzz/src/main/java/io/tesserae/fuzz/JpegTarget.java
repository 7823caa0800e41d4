package io.tesserae.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A JPEG; what the library in the JDK makes of it counts too. */
public final class JpegTarget implements PictureTarget {

    private static final JpegTarget TARGET = new JpegTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "jpeg";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return TestData.pictures(name -> name.endsWith(".jpg"));
    }

    @Override
    public List<String> dictionary() {
        return List.of("Exif\0\0", "JFIF\0", "Adobe", "http://ns.adobe.com/xap/1.0/\0");
    }
}
