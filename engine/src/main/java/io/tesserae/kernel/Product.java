package io.tesserae.kernel;

/**
 * The operands of {@code out = epilogue(rows · weightᵀ + bias)}.
 *
 * @param packedRows the activations, {@code [rows, inFeatures]}, packed by {@link Kernels#packRows}
 * @param rows how many rows there are
 * @param weight {@code [outFeatures, inFeatures]}
 * @param bias what each column's sum begins with; as long as the weight's columns rounded up to whole tiles
 * @param epilogue what happens to the sums
 * @param out {@code [rows, outFeatures]}, row-major
 */
public record Product(
        float[] packedRows, int rows, PackedMatrix weight, float[] bias, Epilogue epilogue, float[] out) {}
