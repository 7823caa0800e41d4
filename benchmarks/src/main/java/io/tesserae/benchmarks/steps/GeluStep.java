package io.tesserae.benchmarks.steps;

/** One way to follow a product with GELU: the product is the engine's each time, so that only the second part differs. */
sealed interface GeluStep extends AutoCloseable
        permits ProductWithoutGelu, GeluByMath, GeluByPolynomial, GeluByVectors, GeluInEpilogue {

    /** Computes the product and its GELU once. */
    void run();

    /** What the last run left: {@code [rows, outFeatures]}. */
    float[] result();

    @Override
    void close();
}
