package io.tesserae.generated;

import io.tesserae.loaders.image.RgbImage;
import java.util.zip.CRC32;

/** Pictures by formula: those of testdata/make_resize_cases.py, which says what the reference makes of them. */
public final class GeneratedPicture {

    private static final int NOISE = 0;
    private static final int BLACK_AND_WHITE = 1;

    private GeneratedPicture() {}

    /**
     * A picture.
     *
     * @param kind 0 for noise, 1 for noise of nothing but 0 and 255, 2 for a gradient
     */
    public static RgbImage of(int kind, int seed, int width, int height) {
        byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
        for (int i = 0; i < pixels.length; i++) {
            int hash = (int) (i * 2654435761L + seed * 40503L);
            hash ^= hash >>> 15;
            hash *= (int) 2246822519L;
            hash ^= hash >>> 13;
            pixels[i] = (byte)
                    switch (kind) {
                        case NOISE -> hash;
                        case BLACK_AND_WHITE -> (hash & 1) * 255;
                        default -> (int) (i * 7L / (3 + seed % 5) + (hash & 3));
                    };
        }
        return new RgbImage(width, height, pixels);
    }

    public static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
