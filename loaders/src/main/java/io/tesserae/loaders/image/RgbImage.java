package io.tesserae.loaders.image;

import io.tesserae.arguments.Arguments;
import java.util.Objects;

/**
 * A picture of 8-bit red, green and blue: what Pillow calls mode {@code RGB}.
 *
 * @param width in pixels, 1 or more
 * @param height in pixels, 1 or more
 * @param pixels {@code [height, width, 3]}, row-major, the channels of a pixel side by side; not copied, so whoever hands
 *     it over stops writing to it
 */
public record RgbImage(int width, int height, byte[] pixels) {

    /** Bytes of a pixel. */
    public static final int CHANNELS = 3;

    /** Checks that the size is the array's. */
    public RgbImage {
        Arguments.require(pixels, "pixels");
        if (width < 1 || height < 1 || (long) width * height * CHANNELS != pixels.length) {
            throw new IllegalArgumentException("a picture of " + width + " x " + height + " pixels has "
                    + (long) width * height * CHANNELS + " bytes, found " + pixels.length);
        }
    }

    /** One value, 0 to 255; channel 0 is red. For tests and drawings; whatever must be fast reads {@link #pixels}. */
    public int get(int x, int y, int channel) {
        Objects.checkIndex(x, width);
        Objects.checkIndex(y, height);
        Objects.checkIndex(channel, CHANNELS);
        return pixels[(y * width + x) * CHANNELS + channel] & 0xFF;
    }
}
