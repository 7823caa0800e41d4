package io.tesserae.loaders.image;

import java.util.Arrays;

/**
 * The one place where libjpeg, as it is in the JDK, and libjpeg-turbo, as it is in Pillow, part: components with half the rows
 * and all the columns (4:4:0, as when a camera's 4:2:2 picture is turned by a quarter). The former doubles the rows; the latter
 * blends each with the nearer neighbour, 3 to 1.
 *
 * <p>Source: {@code h1v2_fancy_upsample} in libjpeg-turbo's {@code jdsample.c}.
 */
final class JpegChroma {

    private JpegChroma() {}

    /** Whether the picture has a component with half the rows and all the columns. */
    static boolean concerns(JpegHeader header) {
        for (JpegHeader.Component component : header.components()) {
            if (concerns(header, component)) {
                return true;
            }
        }
        return false;
    }

    private static boolean concerns(JpegHeader header, JpegHeader.Component component) {
        return component.vertical() * 2 == header.verticalMaximum()
                && component.horizontal() == header.horizontalMaximum();
    }

    /**
     * Blends the doubled rows of each component that has them.
     *
     * @param samples {@code [height, width, components]}, changed in place
     */
    static void smoothRows(byte[] samples, JpegHeader header) {
        JpegHeader.Component[] components = header.components();
        for (int i = 0; i < components.length; i++) {
            // A JDK that was built with libjpeg-turbo has blended them already.
            if (concerns(header, components[i]) && hasDoubledRows(samples, header, i)) {
                smoothRows(samples, header, i);
            }
        }
    }

    private static boolean hasDoubledRows(byte[] samples, JpegHeader header, int component) {
        int count = header.components().length;
        int rowBytes = header.width() * count;
        for (int y = 1; y < header.height(); y += 2) {
            for (int at = y * rowBytes + component; at < (y + 1) * rowBytes; at += count) {
                if (samples[at] != samples[at - rowBytes]) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void smoothRows(byte[] samples, JpegHeader header, int component) {
        int count = header.components().length;
        int rowBytes = header.width() * count;
        byte[] above = Arrays.copyOf(samples, rowBytes); // the stored row above; over the first, the first again
        byte[] here = new byte[rowBytes];
        for (int y = 0; y < header.height(); y += 2) {
            System.arraycopy(samples, y * rowBytes, here, 0, rowBytes);
            int below = y + 2 < header.height() ? (y + 2) * rowBytes : y * rowBytes;
            boolean second = y + 1 < header.height();
            for (int at = component; at < rowBytes; at += count) {
                int three = 3 * (here[at] & 0xFF);
                int beneath = samples[below + at] & 0xFF;
                samples[y * rowBytes + at] = (byte) (three + (above[at] & 0xFF) + 1 >> 2);
                if (second) {
                    samples[(y + 1) * rowBytes + at] = (byte) (three + beneath + 2 >> 2);
                }
            }
            byte[] swap = above;
            above = here;
            here = swap;
        }
    }
}
