package io.tesserae.loaders.image;

/**
 * How a stored picture is turned before it is looked at: the eight values of the EXIF tag 0x0112. Cameras store what the
 * sensor saw and write into this tag how they were held.
 *
 * <p>Source: Exif 2.32, section 4.6.4; Pillow's {@code ImageOps.exif_transpose}.
 */
enum Orientation {
    AS_STORED,
    MIRRORED,
    HALF_TURN,
    UPSIDE_DOWN_MIRRORED,
    TRANSPOSED,
    QUARTER_TURN_CLOCKWISE,
    TRANSVERSED,
    QUARTER_TURN_COUNTERCLOCKWISE;

    /** Turned pictures are copied tile by tile, so that neither side strides through memory for long. */
    private static final int TILE = 64;

    /** By the tag's value, 1 to 8. Any other value is no orientation, and the picture stays as it is. */
    static Orientation of(long value) {
        return value >= 1 && value <= values().length ? values()[(int) value - 1] : AS_STORED;
    }

    /** The picture, turned; the same object where there is nothing to turn. */
    RgbImage apply(RgbImage stored) {
        int width = stored.width();
        int height = stored.height();
        // The stored pixel that comes to lie in the upper left corner, and the steps from it to its right and lower
        // neighbour.
        int right = width - 1;
        int bottom = (height - 1) * width;
        return switch (this) {
            case AS_STORED -> stored;
            case MIRRORED -> copy(stored, width, height, right, -1, width);
            case HALF_TURN -> copy(stored, width, height, bottom + right, -1, -width);
            case UPSIDE_DOWN_MIRRORED -> copy(stored, width, height, bottom, 1, -width);
            case TRANSPOSED -> copy(stored, height, width, 0, width, 1);
            case QUARTER_TURN_CLOCKWISE -> copy(stored, height, width, bottom, -width, 1);
            case TRANSVERSED -> copy(stored, height, width, bottom + right, -width, -1);
            case QUARTER_TURN_COUNTERCLOCKWISE -> copy(stored, height, width, right, width, -1);
        };
    }

    /** The pixel at (x, y) of the result is the stored one at {@code corner + x * stepX + y * stepY}. */
    private static RgbImage copy(RgbImage stored, int width, int height, int corner, int stepX, int stepY) {
        byte[] from = stored.pixels();
        byte[] to = new byte[from.length];
        for (int top = 0; top < height; top += TILE) {
            for (int left = 0; left < width; left += TILE) {
                int right = Math.min(left + TILE, width);
                for (int y = top; y < Math.min(top + TILE, height); y++) {
                    int source = (corner + left * stepX + y * stepY) * RgbImage.CHANNELS;
                    int target = (y * width + left) * RgbImage.CHANNELS;
                    for (int x = left; x < right; x++) {
                        to[target] = from[source];
                        to[target + 1] = from[source + 1];
                        to[target + 2] = from[source + 2];
                        target += RgbImage.CHANNELS;
                        source += stepX * RgbImage.CHANNELS;
                    }
                }
            }
        }
        return new RgbImage(width, height, to);
    }
}
