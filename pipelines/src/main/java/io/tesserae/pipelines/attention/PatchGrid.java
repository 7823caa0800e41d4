package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import java.util.Objects;

/**
 * A picture, and the patches that a model cut it into.
 *
 * @param picture as it was before the model's preprocessing
 * @param seen the rectangle of the picture that the patches lie on, in its pixels; may be a part of it, and may reach over
 *     its edge
 * @param rows patches from top to bottom, 1 or more
 * @param columns patches from left to right, 1 or more
 */
public record PatchGrid(RgbImage picture, Region seen, int rows, int columns) {

    /** Checks that the patches lie on the picture. */
    public PatchGrid {
        Arguments.require(picture, "picture");
        Arguments.require(seen, "seen");
        checkRegion(seen, picture);
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "grid: expected 1 patch or more each way, found " + rows + " x " + columns);
        }
        if ((long) rows * columns > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("a grid of " + rows + " x " + columns + " patches is too large");
        }
    }

    private static void checkRegion(Region seen, RgbImage picture) {
        boolean finite = Double.isFinite(seen.left())
                && Double.isFinite(seen.top())
                && Double.isFinite(seen.width())
                && Double.isFinite(seen.height());
        boolean overlaps = seen.width() > 0
                && seen.height() > 0
                && seen.left() < picture.width()
                && seen.top() < picture.height()
                && seen.left() + seen.width() > 0
                && seen.top() + seen.height() > 0;
        if (!finite || !overlaps) {
            throw new IllegalArgumentException("seen: expected a rectangle on the picture of " + picture.width() + " x "
                    + picture.height() + " pixels, found " + seen);
        }
    }

    /** How many patches there are. */
    public int patches() {
        return rows * columns;
    }

    /**
     * Where a patch lies, in pixels of the picture. It may reach over the edge where {@link #seen} does.
     *
     * @param patch counted row by row from 0
     */
    public Region box(int patch) {
        Objects.checkIndex(patch, patches());
        double width = seen.width() / columns;
        double height = seen.height() / rows;
        return new Region(seen.left() + patch % columns * width, seen.top() + patch / columns * height, width, height);
    }
}
