package io.tesserae.loaders.stream;

/**
 * Makes pictures larger as OpenCV does with {@code INTER_AREA}, bit for bit: a pixel of the result that lies within one of the picture's
 * is that one; one that lies across two is their mean by the parts that it covers. In fixed point, as OpenCV computes bytes.
 */
final class Enlargement {

    private static final int ONE = 1 << 11; // of a coefficient

    private Enlargement() {}

    /** A picture of this height and width, neither of them less than the picture's own. */
    static StreamPart.Picture of(StreamPart.Picture picture, int height, int width) {
        if (height == picture.height() && width == picture.width()) {
            return picture;
        }
        Side down = Side.of(picture.height(), height);
        Side across = Side.of(picture.width(), width);
        int channels = picture.channels();
        byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
        for (int y = 0; y < height; y++) {
            int upper = down.first[y];
            int lower = Math.min(upper + 1, picture.height() - 1);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    int above = across.blend(picture, upper, x, channel);
                    int below = across.blend(picture, lower, x, channel);
                    int sum = (down.ofFirst[y] * (above >> 4) >> 16) + (down.ofSecond[y] * (below >> 4) >> 16);
                    pixels[(y * width + x) * channels + channel] = (byte) (sum + 2 >> 2);
                }
            }
        }
        return new StreamPart.Picture(pixels, height, width, channels);
    }

    /**
     * Which two pixels each pixel of the result is made of along one side, and by which parts.
     *
     * @param first the first of the two; the other is the next, where there is one
     * @param ofFirst its part, of {@link #ONE}
     * @param ofSecond the other's
     */
    private record Side(int[] first, int[] ofFirst, int[] ofSecond) {

        static Side of(int from, int to) {
            Side side = new Side(new int[to], new int[to], new int[to]);
            double growth = (double) to / from;
            double shrinking = 1 / growth;
            for (int i = 0; i < to; i++) {
                int pixel = Math.min((int) Math.floor(i * shrinking), from - 1);
                float beyond = (float) (i + 1 - (pixel + 1) * growth);
                float part = beyond <= 0 ? 0 : beyond - (float) Math.floor(beyond);
                side.first[i] = pixel;
                side.ofFirst[i] = (int) Math.rint((1 - part) * ONE);
                side.ofSecond[i] = (int) Math.rint(part * ONE);
            }
            return side;
        }

        /** A pixel between two of a row, times {@link #ONE}. */
        int blend(StreamPart.Picture picture, int row, int column, int channel) {
            int left = first[column];
            int right = Math.min(left + 1, picture.width() - 1);
            return at(picture, row, left, channel) * ofFirst[column]
                    + at(picture, row, right, channel) * ofSecond[column];
        }

        private static int at(StreamPart.Picture picture, int row, int column, int channel) {
            return Byte.toUnsignedInt(
                    picture.pixels()[(row * picture.width() + column) * picture.channels() + channel]);
        }
    }
}
