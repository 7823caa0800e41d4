package io.tesserae.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A Windows bitmap, in all its kinds. */
public final class BmpTarget implements PictureTarget {

    private static final BmpTarget TARGET = new BmpTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        long width = PictureTarget.littleEndian(input, 18, 4);
        long height = Math.abs((int) PictureTarget.littleEndian(input, 22, 4));
        if (PictureTarget.isWorthATry(input, "BM", width * height)) {
            Contract.check(TARGET, input);
        }
    }

    @Override
    public String name() {
        return "bmp";
    }

    @Override
    public long read(byte[] input) {
        return PictureTarget.readOwn(input);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return TestData.pictures(name -> name.endsWith(".bmp"));
    }

    @Override
    public List<String> dictionary() {
        return List.of("BM", "BGRs");
    }
}
