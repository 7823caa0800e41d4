package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.model.RowGrid;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.attention.PatchGrid;

/**
 * Which pixels of a picture each latent reads.
 *
 * @param picture as it was before the model's preprocessing
 * @param seen the rectangle of the picture that the model was fed, in its pixels; may be a part of it, and may reach over its edge
 * @param grid where in this rectangle the rows lie that the latents read: a row for each pixel that the model was fed, or for each place
 *     that a convolution made of some of them
 * @param attention over these rows
 */
public record ImageLatentAttention(RgbImage picture, Region seen, RowGrid grid, LatentAttention attention) {

    /** Checks that everything fits together. */
    public ImageLatentAttention {
        Arguments.require(grid, "grid");
        Arguments.require(attention, "attention");
        new PatchGrid(picture, seen, grid.rows(), grid.columns()); // which checks them
        if (grid.cells() != attention.rows()) {
            throw new IllegalArgumentException("attention: expected maps over the " + grid.rows() + " x "
                    + grid.columns() + " cells of the grid, found " + attention.rows() + " rows");
        }
    }

    /**
     * How a latent divides its attention among the cells: the mean of its heads, 1 together.
     *
     * @param latent counted from 0
     */
    public Heatmap map(int latent) {
        return heatmap(attention.shares(latent));
    }

    /**
     * How one head of a latent does.
     *
     * @param head counted from 0
     * @param latent counted from 0
     */
    public Heatmap map(int head, int latent) {
        return heatmap(attention.shares(head, latent));
    }

    /** How much each cell is read at all: the mean of all latents, 1 together. */
    public Heatmap total() {
        return heatmap(attention.total());
    }

    private Heatmap heatmap(float[] values) {
        return new Heatmap(grid.rows(), grid.columns(), values);
    }
}
