package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OrientationTest {

    /** Where the stored rows and columns come to lie, as the EXIF standard tells it, one pixel at a time. */
    @Property(tries = 200)
    void everyPixelGoesWhereTheStandardSays(
            @ForAll @IntRange(min = 1, max = 150) int width,
            @ForAll @IntRange(min = 1, max = 150) int height,
            @ForAll @IntRange(min = 1, max = 8) int value) {
        byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
        new Random(width * 1000L + height).nextBytes(pixels);
        RgbImage stored = new RgbImage(width, height, pixels);
        RgbImage upright = Orientation.of(value).apply(stored);
        assertEquals(value < 5 ? width : height, upright.width());
        assertEquals(value < 5 ? height : width, upright.height());
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                // Row 0 is the top (1, 2), the bottom (3, 4), the left (5, 8) or the right (6, 7) of what is seen;
                // column 0 likewise.
                int right = width - 1 - column;
                int bottom = height - 1 - row;
                int x = switch (value) {
                    case 1, 4 -> column;
                    case 2, 3 -> right;
                    case 5, 8 -> row;
                    default -> bottom;
                };
                int y = switch (value) {
                    case 1, 2 -> row;
                    case 3, 4 -> bottom;
                    case 5, 6 -> column;
                    default -> right;
                };
                for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
                    assertEquals(stored.get(column, row, channel), upright.get(x, y, channel));
                }
            }
        }
    }

    @Test
    void otherValuesLeaveThePictureAlone() {
        RgbImage stored = new RgbImage(1, 2, new byte[6]);
        for (long value : new long[] {-1, 0, 1, 9, 1L << 32 | 6}) {
            assertSame(stored, Orientation.of(value).apply(stored));
        }
    }
}
