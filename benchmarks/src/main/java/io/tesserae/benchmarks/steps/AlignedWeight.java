package io.tesserae.benchmarks.steps;

/**
 * Step 9: the weight begins 12 floats into its array. An array's elements begin 16 bytes after the array itself, and the default
 * collector lets a large array begin at a multiple of a megabyte: 48 bytes on, each vector lies in one line of the caches
 * instead of two.
 */
final class AlignedWeight implements ProductStep {

    private static final int FIRST_GROUP = 12;

    private final CacheBlocks blocks;

    AlignedWeight(ProductOperands operands) {
        blocks = new CacheBlocks(operands, FIRST_GROUP);
    }

    @Override
    public void run() {
        blocks.run();
    }

    @Override
    public float[] result() {
        return blocks.result();
    }
}
