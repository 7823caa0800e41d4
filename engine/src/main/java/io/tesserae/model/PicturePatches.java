package io.tesserae.model;

import io.tesserae.arguments.Arguments;

/**
 * Square pieces of pictures, each with the place that it was cut from: Reed et al., arXiv 2205.06175, section 2.1.
 *
 * @param pixels {@code [patches, channels, size, size]}, from 0 to 255, as unsigned bytes
 * @param positions {@code [patches, 2, 2]}: from which row and column of its picture a patch is, and to which, as fractions of the
 *     picture's height and width: {@code top, left, bottom, right}
 * @param channels of each pixel; 1 or more
 * @param size height and width of a patch, in pixels; 1 or more
 */
public record PicturePatches(byte[] pixels, float[] positions, int channels, int size) {

    /** Numbers that say where a patch is from. */
    public static final int POSITION_VALUES = 4;

    /** No patch. */
    public static final PicturePatches NONE = new PicturePatches(new byte[0], new float[0], 1, 1);

    /** Checks that the arrays fit together, and that every patch lies within its picture. */
    public PicturePatches {
        Arguments.require(pixels, "pixels");
        Arguments.require(positions, "positions");
        if (channels < 1 || size < 1) {
            throw new IllegalArgumentException(
                    "patches: expected 1 channel of 1 pixel or more, found " + channels + " of " + size + " x " + size);
        }
        long patch = (long) channels * size * size;
        if (positions.length % POSITION_VALUES != 0 || pixels.length != patch * (positions.length / POSITION_VALUES)) {
            throw new IllegalArgumentException("patches: expected " + POSITION_VALUES + " positions for every " + patch
                    + " pixels, found " + positions.length + " and " + pixels.length);
        }
        for (int i = 0; i < positions.length; i++) {
            requireFraction(positions, i);
        }
    }

    private static void requireFraction(float[] positions, int index) {
        float value = positions[index];
        boolean isEnd = index % POSITION_VALUES >= 2;
        float least = isEnd ? positions[index - 2] : 0;
        if (!(value >= least && value <= 1)) { // NaN is refused too
            throw new IllegalArgumentException("patch " + index / POSITION_VALUES + ": position "
                    + index % POSITION_VALUES + " (of top, left, bottom, right): expected a number from " + least
                    + " to 1, found " + value);
        }
    }

    /** How many patches there are. */
    public int count() {
        return positions.length / POSITION_VALUES;
    }

    /** Values of one patch: channels times height times width. */
    public int values() {
        return channels * size * size;
    }
}
