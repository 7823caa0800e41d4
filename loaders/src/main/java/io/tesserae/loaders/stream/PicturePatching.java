package io.tesserae.loaders.stream;

import io.tesserae.model.PicturePatches;
import java.util.List;

/**
 * Cuts pictures into patches, in reading order: Reed et al., arXiv 2205.06175, section 2.1. A side that is no multiple of the patch's is
 * made larger first, to the next one.
 *
 * @param size height and width of a patch, in pixels
 */
record PicturePatching(int size) {

    /** Channels of a patch; those that a picture has not are zero. */
    static final int CHANNELS = 4;

    /** How many patches a picture has. */
    int count(StreamPart.Picture picture) {
        return Math.multiplyExact(rows(picture), columns(picture));
    }

    private int rows(StreamPart.Picture picture) {
        return Math.ceilDiv(picture.height(), size);
    }

    private int columns(StreamPart.Picture picture) {
        return Math.ceilDiv(picture.width(), size);
    }

    /** The patches of all pictures, one after the other. */
    PicturePatches cut(List<StreamPart.Picture> pictures) {
        int count = pictures.stream().mapToInt(this::count).reduce(0, Math::addExact);
        int values = CHANNELS * size * size;
        byte[] pixels = new byte[Math.multiplyExact(count, values)];
        float[] positions = new float[count * PicturePatches.POSITION_VALUES];
        int patch = 0;
        for (StreamPart.Picture picture : pictures) {
            int rows = rows(picture);
            int columns = columns(picture);
            StreamPart.Picture enlarged = Enlargement.of(picture, rows * size, columns * size);
            for (int index = 0; index < rows * columns; index++, patch++) {
                int row = index / columns;
                int column = index % columns;
                copy(enlarged, row * size, column * size, pixels, patch * values);
                int at = patch * PicturePatches.POSITION_VALUES;
                positions[at] = (float) ((double) row / rows);
                positions[at + 1] = (float) ((double) column / columns);
                positions[at + 2] = (float) ((row + 1.0) / rows);
                positions[at + 3] = (float) ((column + 1.0) / columns);
            }
        }
        return new PicturePatches(pixels, positions, CHANNELS, size);
    }

    /** From {@code [height, width, channels]} to {@code [channels, size, size]}. */
    private void copy(StreamPart.Picture picture, int top, int left, byte[] pixels, int to) {
        int channels = picture.channels();
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    int from = ((top + y) * picture.width() + left + x) * channels + channel;
                    pixels[to + (channel * size + y) * size + x] = picture.pixels()[from];
                }
            }
        }
    }
}
