package io.tesserae.loaders.image;

/**
 * From a JPEG's components to red, green and blue, in libjpeg's fixed-point arithmetic: 16 bits behind the point.
 *
 * <p>Source: {@code jdcolor.c} of libjpeg; for inks, Pillow's {@code cmyk2rgb} in {@code Convert.c}.
 */
final class JpegColours {

    private static final int POINT = 16;
    private static final int HALF = 1 << POINT - 1;
    private static final int RED_OF_CR = fixed(1.40200);
    private static final int GREEN_OF_CR = fixed(0.71414);
    private static final int GREEN_OF_CB = fixed(0.34414);
    private static final int BLUE_OF_CB = fixed(1.77200);

    private JpegColours() {}

    private static int fixed(double factor) {
        return (int) (factor * (1 << POINT) + 0.5);
    }

    /**
     * The pixels, {@code [height, width, 3]}.
     *
     * @param samples {@code [height, width, components]}; they are overwritten, and returned where there are three
     */
    static byte[] toRgb(byte[] samples, JpegHeader header) {
        return switch (header.colourCode()) {
            case GREY -> grey(samples);
            case RGB -> samples;
            case LUMA_CHROMA -> {
                lumaChromaToRgb(samples, 3);
                yield samples;
            }
            // Adobe stores inks inverted, and Pillow takes everyone to do as Adobe does: what is read is 255 - ink.
            case CMYK -> paperOfInks(samples);
            case LUMA_CHROMA_BLACK -> {
                lumaChromaToRgb(samples, 4);
                invertColours(samples); // the code gives the complement of what the file would hold as CMYK
                yield paperOfInks(samples);
            }
        };
    }

    private static byte[] grey(byte[] samples) {
        byte[] pixels = new byte[samples.length * RgbImage.CHANNELS];
        for (int i = 0; i < samples.length; i++) {
            pixels[3 * i] = samples[i];
            pixels[3 * i + 1] = samples[i];
            pixels[3 * i + 2] = samples[i];
        }
        return pixels;
    }

    private static void lumaChromaToRgb(byte[] samples, int step) {
        for (int i = 0; i < samples.length; i += step) {
            int luma = samples[i] & 0xFF;
            int cb = (samples[i + 1] & 0xFF) - 128;
            int cr = (samples[i + 2] & 0xFF) - 128;
            samples[i] = clip(luma + (RED_OF_CR * cr + HALF >> POINT));
            samples[i + 1] = clip(luma + (-GREEN_OF_CB * cb - GREEN_OF_CR * cr + HALF >> POINT));
            samples[i + 2] = clip(luma + (BLUE_OF_CB * cb + HALF >> POINT));
        }
    }

    private static byte clip(int value) {
        return (byte) Math.max(0, Math.min(value, 255));
    }

    private static void invertColours(byte[] samples) {
        for (int i = 0; i < samples.length; i += 4) {
            samples[i] = (byte) ~samples[i];
            samples[i + 1] = (byte) ~samples[i + 1];
            samples[i + 2] = (byte) ~samples[i + 2];
        }
    }

    /** What shows of the paper through inverted inks. */
    private static byte[] paperOfInks(byte[] inverted) {
        byte[] pixels = new byte[inverted.length / 4 * RgbImage.CHANNELS];
        for (int from = 0, to = 0; from < inverted.length; from += 4, to += RgbImage.CHANNELS) {
            int paper = inverted[from + 3] & 0xFF;
            for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
                int ink = ~inverted[from + channel] & 0xFF;
                pixels[to + channel] = underInk(paper, ink);
            }
        }
        return pixels;
    }

    /** {@code paper - paper * ink / 255}, the quotient rounded. */
    static byte underInk(int paper, int ink) {
        int product = paper * ink + 128;
        return (byte) (paper - ((product >> 8) + product >> 8));
    }
}
