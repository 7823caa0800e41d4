package io.tesserae.benchmarks.steps;

/** One way to make probabilities of scores: {@code exp(x - max)}, divided by their sum, for each query. */
sealed interface SoftmaxStep
        permits SoftmaxByMath, SoftmaxByPolynomial, SoftmaxAlongRows, SoftmaxDownColumns, SoftmaxWithoutWaiting {

    /** Computes all probabilities once. */
    void run();

    /** What the last run left: {@code [queries, keys]}. */
    float[] result();
}
