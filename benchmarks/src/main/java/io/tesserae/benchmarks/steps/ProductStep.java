package io.tesserae.benchmarks.steps;

/**
 * One way to compute a matrix product. A constructor does what is done once, when a model is loaded: it puts the weight into the
 * order that the step wants. {@link #run} does what is done for every batch.
 */
sealed interface ProductStep extends AutoCloseable
        permits ThreeLoops,
                TransposedWeight,
                OneRowOfVectors,
                RegisterTile,
                PackedWeight,
                TwelveRows,
                PackedActivations,
                CacheBlocks,
                AlignedWeight,
                EngineProduct,
                DotProductTile,
                FourteenRows,
                SumsInAnArray {

    /** Computes the product once. */
    void run();

    /** What the last run left: {@code [rows, outFeatures]}. */
    float[] result();

    @Override
    default void close() {}
}
