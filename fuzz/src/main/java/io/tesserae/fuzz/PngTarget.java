package io.tesserae.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A PNG; its checksums are put right first. */
public final class PngTarget implements PictureTarget {

    private static final PngTarget TARGET = new PngTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "png";
    }

    @Override
    public long read(byte[] input) {
        return PictureTarget.readOwn(PngChecksums.mended(input));
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return TestData.pictures(name -> name.endsWith(".png"));
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "IHDR",
                "PLTE",
                "IDAT",
                "IEND",
                "tRNS",
                "acTL",
                "fcTL",
                "fdAT",
                "eXIf",
                "iTXt",
                "zTXt",
                "tEXt",
                "XML:com.adobe.xmp",
                "Raw profile type exif");
    }
}
