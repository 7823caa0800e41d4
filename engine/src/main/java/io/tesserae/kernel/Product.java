package io.tesserae.kernel;

import io.tesserae.tensor.Tensor;

/**
 * The operands of {@code out = epilogue(x · weightᵀ + bias)}, for a block of rows of x and a part of its depth. Where the weight has
 * {@link PackedMatrix#scales}, of {@code out = epilogue(scale · (x · weightᵀ) + bias)}.
 *
 * @param firstInFeature where the part of the depth begins; from 0 on the sums begin with the bias, later with {@code sums}
 * @param depth length of the part; where it ends with the weight's, the epilogue follows
 * @param tile how the block's rows and the columns are cut
 * @param sums where sums wait from one part to the next: {@code [tiles' widths of columns][rows, columns of a tile]}; not used
 *     where the part is all of the depth
 * @param firstRow the block's first row in {@code out}
 * @param rows how many rows the block has
 * @param weight {@code [outFeatures, inFeatures]}
 * @param endColumn the columns of the product that are wanted end before this one
 * @param bias what each column's sum begins with; as long as the weight's columns rounded up to whole tiles
 * @param epilogue what happens to the sums
 * @param out {@code [rows of all blocks, outFeatures]}; the block's rows are written
 */
public record Product(
        int firstInFeature,
        int depth,
        TileShape tile,
        float[] sums,
        int firstRow,
        int rows,
        PackedMatrix weight,
        int endColumn,
        float[] bias,
        Epilogue epilogue,
        MatrixView out) {

    /** What a column's sums begin with: its bias; or 0, where the sum is {@link #scaled} before that is added. */
    float start(int column) {
        return weight.scales() == null ? bias[column] : 0f;
    }

    /** A column's sum, scaled where the weight has {@link PackedMatrix#scales}. */
    float scaled(float sum, int column) {
        return weight.scales() == null ? sum : Math.fma(weight.scales()[column], sum, bias[column]);
    }

    /** Whether the part is all of the depth. */
    boolean isWhole() {
        return begins() && ends();
    }

    /** How many values its packed activations are, and what the tiles were multiplied by. */
    int packedSize() {
        int tiles = weight.factor() == 1f ? 0 : tile.tilesOver(rows);
        return Math.addExact(Tensor.elementCount(tile.coveredRows(rows), depth), tiles);
    }

    /** Where, in packed activations, stands what the tile that begins with this row was multiplied by. */
    int factorAt(int row) {
        return tile.coveredRows(rows) * depth + row / tile.rows();
    }

    /** Whether this part begins the sums. */
    boolean begins() {
        return firstInFeature == 0;
    }

    /** Whether this part ends the sums. */
    boolean ends() {
        return firstInFeature + depth == weight.inFeatures();
    }
}
