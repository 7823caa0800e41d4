/**
 * How good predictions are: the measures that transformers, evaluate, scikit-learn, SciPy and seqeval compute, under
 * their names and with their answers at the edges. All sums are taken in double, in the order of the examples.
 */
package io.tesserae.training.metric;
