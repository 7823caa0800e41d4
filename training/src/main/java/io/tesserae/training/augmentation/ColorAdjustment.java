package io.tesserae.training.augmentation;

import io.tesserae.loaders.image.RgbImage;
import java.util.Arrays;

/**
 * The four changes of a {@link ColorJitter}, each given how strong. The first three are Pillow's {@code
 * ImageEnhance}: a blend of the picture with one that lacks something altogether. Their factor is 0 or more: 0 takes
 * it away, 1 changes nothing, 2 doubles it.
 */
enum ColorAdjustment {
    /** How bright it is: blended with black. */
    BRIGHTNESS {
        @Override
        RgbImage apply(RgbImage image, double factor) {
            return blend(new byte[image.pixels().length], image, (float) factor);
        }
    },
    /** How far apart bright and dark are: blended with its mean grey. */
    CONTRAST {
        @Override
        RgbImage apply(RgbImage image, double factor) {
            byte[] grey = new byte[image.pixels().length];
            Arrays.fill(grey, (byte) (int) (Grayscale.mean(image) + 0.5));
            return blend(grey, image, (float) factor);
        }
    },
    /** How colourful it is: blended with itself in grey. */
    SATURATION {
        @Override
        RgbImage apply(RgbImage image, double factor) {
            return blend(Grayscale.of(image).pixels(), image, (float) factor);
        }
    },
    /** Which colours: torchvision's {@code adjust_hue}. Its factor is from -0.5 to 0.5 turns of the colour wheel. */
    HUE {
        @Override
        RgbImage apply(RgbImage image, double factor) {
            return HueShift.of(image, factor);
        }
    };

    abstract RgbImage apply(RgbImage image, double factor);

    /**
     * Pillow's {@code Image.blend}: in float32, what is behind the point falls away, and only beyond 1 is anything
     * cut off.
     */
    private static RgbImage blend(byte[] lacking, RgbImage image, float factor) {
        byte[] source = image.pixels();
        byte[] pixels = new byte[source.length];
        for (int at = 0; at < source.length; at++) {
            int from = lacking[at] & 0xFF;
            float blended = from + factor * ((source[at] & 0xFF) - from);
            pixels[at] = (byte) (int) Math.clamp(blended, 0f, 255f);
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }
}
