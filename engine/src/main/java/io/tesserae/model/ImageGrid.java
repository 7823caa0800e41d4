package io.tesserae.model;

/**
 * How the pictures that a model was made for are cut into patches: {@code image_size} and {@code patch_size}, in pixels.
 * Where a patch does not divide the picture, the pixels that are left over belong to none.
 */
public record ImageGrid(int imageHeight, int imageWidth, int patchHeight, int patchWidth) {

    /**
     * A picture of more patches is refused, since attention compares each with each: 128 x 128 patches, say 2,048 x 2,048 pixels
     * in patches of 16 x 16. Trained models have some 200 to 4,000.
     */
    public static final int PATCH_LIMIT = 1 << 14;

    /** Checks what no checkpoint can break. */
    public ImageGrid {
        if (patchHeight < 1 || patchWidth < 1 || imageHeight < patchHeight || imageWidth < patchWidth) {
            throw new IllegalArgumentException("a picture of " + imageHeight + " x " + imageWidth
                    + " pixels has no patch of " + patchHeight + " x " + patchWidth);
        }
        long patches = (long) (imageHeight / patchHeight) * (imageWidth / patchWidth);
        if (patches > PATCH_LIMIT) {
            throw new IllegalArgumentException("a picture of " + imageHeight + " x " + imageWidth + " pixels has "
                    + patches + " patches of " + patchHeight + " x " + patchWidth + "; at most " + PATCH_LIMIT
                    + " are taken");
        }
    }

    /**
     * How many patches lie whole in a picture.
     *
     * @param height of the picture in pixels; it may be another than {@link #imageHeight}
     * @param width of the picture in pixels
     * @return more than {@link #PATCH_LIMIT} where no model takes such a picture
     */
    public long patchesIn(int height, int width) {
        return (long) (height / patchHeight) * (width / patchWidth);
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
