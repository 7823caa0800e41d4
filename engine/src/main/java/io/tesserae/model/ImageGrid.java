package io.tesserae.model;

/**
 * How the pictures that a model was made for are cut into patches: {@code image_size} and {@code patch_size}, in pixels.
 * Where a patch does not divide the picture, the pixels that are left over belong to none.
 */
public record ImageGrid(int imageHeight, int imageWidth, int patchHeight, int patchWidth) {

    private static final int MOST_PATCHES = 1 << 20;

    /** Checks what no checkpoint can break. */
    public ImageGrid {
        if (patchHeight < 1 || patchWidth < 1 || imageHeight < patchHeight || imageWidth < patchWidth) {
            throw new IllegalArgumentException("a picture of " + imageHeight + " x " + imageWidth
                    + " pixels has no patch of " + patchHeight + " x " + patchWidth);
        }
        if ((long) (imageHeight / patchHeight) * (imageWidth / patchWidth) > MOST_PATCHES) {
            throw new IllegalArgumentException("a picture of " + imageHeight + " x " + imageWidth
                    + " pixels has more than " + MOST_PATCHES + " patches of " + patchHeight + " x " + patchWidth);
        }
    }

    /** Patches below each other. */
    public int gridHeight() {
        return imageHeight / patchHeight;
    }

    /** Patches beside each other. */
    public int gridWidth() {
        return imageWidth / patchWidth;
    }
}
