package io.tesserae.family.common;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Tensor;

/**
 * Which pictures a vision transformer takes, and how many tokens each becomes.
 *
 * @param grid the pictures that the positions were trained for
 * @param channels of a picture
 * @param prefixTokens how many tokens come before the patches'
 * @param canInterpolate whether there can be positions for another grid
 */
public record PictureSizes(ImageGrid grid, int channels, int prefixTokens, boolean canInterpolate) {

    /**
     * Where each picture's tokens begin, and where the last's end.
     *
     * @throws IllegalArgumentException if a picture is none that the model takes: see {@link
     *     io.tesserae.model.ImageEncoder#forward}
     */
    public int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        int[] starts = new int[Arguments.require(batch, "batch").images() + 1];
        for (int i = 0; i < batch.images(); i++) {
            Tensor picture = batch.pixelValues(i);
            requireFitting(i, picture, interpolatePositions);
            long patches = grid.patchesIn(picture.dimension(1), picture.dimension(2));
            starts[i + 1] = Math.addExact(starts[i], prefixTokens + Math.toIntExact(patches));
        }
        return starts;
    }

    private void requireFitting(int image, Tensor picture, boolean interpolatePositions) {
        String found = "picture " + image + " of the batch has " + picture.dimension(0) + " channels of "
                + picture.dimension(1) + " x " + picture.dimension(2) + " pixels (height x width), but ";
        if (picture.dimension(0) != channels) {
            throw new IllegalArgumentException(found + "the model takes " + channels + " channels");
        }
        if (grid.patchesIn(picture.dimension(1), picture.dimension(2)) == 0) {
            throw new IllegalArgumentException(
                    found + "a patch alone is " + grid.patchHeight() + " x " + grid.patchWidth());
        }
        long patches = grid.patchesIn(picture.dimension(1), picture.dimension(2));
        if (patches > ImageGrid.PATCH_LIMIT) {
            throw new IllegalArgumentException(found + "that is " + patches + " patches of " + grid.patchHeight()
                    + " x " + grid.patchWidth() + ", and at most " + ImageGrid.PATCH_LIMIT
                    + " are taken, since the work grows with their square: crop it, or make it smaller");
        }
        String trained = grid.imageHeight() + " x " + grid.imageWidth();
        boolean sameSize = picture.dimension(1) == grid.imageHeight() && picture.dimension(2) == grid.imageWidth();
        if (!sameSize && !interpolatePositions) {
            throw new IllegalArgumentException(
                    found + "the model takes " + trained + ": resize it, or ask for interpolated positions");
        }
        boolean sameGrid = picture.dimension(1) / grid.patchHeight() == grid.gridHeight()
                && picture.dimension(2) / grid.patchWidth() == grid.gridWidth();
        if (!sameGrid && !canInterpolate) {
            throw new IllegalArgumentException(found + "the model takes " + trained
                    + ", and positions can be interpolated only from as many patches down as across: resize it");
        }
    }
}
