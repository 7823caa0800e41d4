package io.tesserae.training.augmentation;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;

/** A rectangle inside a picture, in pixels. */
record Crop(int left, int top, int width, int height) {

    /** What of the picture lies inside. The picture itself if that is all of it. */
    RgbImage of(RgbImage image) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        byte[] pixels = new byte[width * height * CHANNELS];
        for (int y = 0; y < height; y++) {
            System.arraycopy(
                    image.pixels(),
                    ((top + y) * image.width() + left) * CHANNELS,
                    pixels,
                    y * width * CHANNELS,
                    width * CHANNELS);
        }
        return new RgbImage(width, height, pixels);
    }
}
