package io.tesserae.kernel;

import io.tesserae.tensor.Activation;

/** The definition of {@link Kernels#gate}. */
final class ScalarGate {

    private ScalarGate() {}

    static void gate(Activation activation, float[] x, int from, int to, int columns, float[] out) {
        for (int row = from; row < to; row++) {
            for (int i = 0; i < columns; i++) {
                float gate = ElementaryFunctions.activate(activation, x[row * 2 * columns + i]);
                out[row * columns + i] = gate * x[row * 2 * columns + columns + i];
            }
        }
    }
}
