package io.tesserae.model;

/**
 * The rows that a vision tower makes of a picture, or of each tile of one, and how words look at them. With a resampler words look at its
 * latents, and the latents at these rows.
 *
 * @param layers how many layers look at pictures
 * @param areTokens whether the rows stand among the tokens of a text, where self-attention looks at them; otherwise cross-attention looks
 *     at a memory of them
 * @param prefix rows before the first that lies on the picture: the class token's
 * @param rows of the grid on the picture, from top to bottom
 * @param columns of the grid on the picture, from left to right
 */
public record PictureRows(int layers, boolean areTokens, int prefix, int rows, int columns) {

    /** Checks the ranges. */
    public PictureRows {
        if (layers < 1 || prefix < 0 || rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "expected 1 layer, 1 row and 1 column or more, and a prefix of 0 or more, found " + layers + ", "
                            + rows + ", " + columns + " and " + prefix);
        }
        if ((long) rows * columns > ImageGrid.PATCH_LIMIT || prefix > ImageGrid.PATCH_LIMIT) {
            throw new IllegalArgumentException("expected at most " + ImageGrid.PATCH_LIMIT
                    + " rows of a picture, found " + rows + " x " + columns + " behind " + prefix);
        }
    }

    /** Rows that are read in the place of marks. */
    public static PictureRows tokens(int layers, int rows, int columns) {
        return new PictureRows(layers, true, 0, rows, columns);
    }

    /** Rows that are looked at beside the text. */
    public static PictureRows memory(int layers, int prefix, int rows, int columns) {
        return new PictureRows(layers, false, prefix, rows, columns);
    }

    /** How many there are of a picture. */
    public int count() {
        return prefix + rows * columns;
    }
}
