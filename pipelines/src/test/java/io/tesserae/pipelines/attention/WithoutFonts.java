package io.tesserae.pipelines.attention;

import io.tesserae.pipelines.drawing.BestLettering;
import io.tesserae.pipelines.drawing.PixelLettering;
import java.nio.file.Path;

/** A program of its own, for a machine whose fonts cannot be found. */
final class WithoutFonts {

    static final int FONTS_FOUND = 42;

    private WithoutFonts() {}

    public static void main(String[] arguments) throws Exception {
        if (!(BestLettering.ofThisMachine() instanceof PixelLettering)) {
            System.exit(FONTS_FOUND);
        }
        AttentionPictures.write(RandomAttention.picture(3, 1, 2, 2, 2, 1), "no fonts", Path.of(arguments[0]));
    }
}
