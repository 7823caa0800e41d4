package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import java.util.Objects;

/**
 * Some of the patches of a picture.
 *
 * @param rows patches from top to bottom, 1 or more
 * @param columns patches from left to right, 1 or more
 * @param kept {@code [rows, columns]}, row-major: whether a patch is one of them; not copied, so whoever hands it over
 *     stops writing to it
 */
public record PatchMask(int rows, int columns, boolean[] kept) {

    /** Checks the size. */
    public PatchMask {
        Arguments.require(kept, "kept");
        if (rows < 1 || columns < 1 || (long) rows * columns != kept.length) {
            throw new IllegalArgumentException("a mask of " + rows + " x " + columns + " patches has "
                    + (long) rows * columns + " values, found " + kept.length);
        }
    }

    /** Whether a patch is kept. */
    public boolean get(int row, int column) {
        Objects.checkIndex(column, columns);
        return kept[Objects.checkIndex(row, rows) * columns + column];
    }

    /** How many patches are kept. */
    public int count() {
        int count = 0;
        for (boolean patch : kept) {
            count += patch ? 1 : 0;
        }
        return count;
    }
}
