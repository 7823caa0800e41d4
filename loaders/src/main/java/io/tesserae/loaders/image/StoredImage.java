package io.tesserae.loaders.image;

/**
 * What a decoder makes of a file: the pixels as they are stored, and how the picture is to be turned before it is looked at.
 *
 * @param pixels as stored
 * @param orientation by the file's metadata
 */
record StoredImage(RgbImage pixels, Orientation orientation) {

    /** As it is meant to be seen: Pillow's {@code ImageOps.exif_transpose}. */
    RgbImage upright() {
        return orientation.apply(pixels);
    }
}
