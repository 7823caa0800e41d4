package io.tesserae.kernel;

/**
 * The operands of {@code out = epilogue(x · weightᵀ + bias)}, for a block of rows of x.
 *
 * @param packedRows the block's activations, {@code [rows, inFeatures]}, packed by {@link Kernels#packRows}
 * @param firstRow the block's first row in {@code out}
 * @param rows how many rows the block has
 * @param weight {@code [outFeatures, inFeatures]}
 * @param endColumn the columns of the product that are wanted end before this one
 * @param bias what each column's sum begins with; as long as the weight's columns rounded up to whole tiles
 * @param epilogue what happens to the sums
 * @param out {@code [rows of all blocks, outFeatures]}; the block's rows are written
 */
public record Product(
        float[] packedRows,
        int firstRow,
        int rows,
        PackedMatrix weight,
        int endColumn,
        float[] bias,
        Epilogue epilogue,
        MatrixView out) {}
