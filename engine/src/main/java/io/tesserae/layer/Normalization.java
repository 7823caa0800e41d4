package io.tesserae.layer;

import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/** A layer that brings every row to one scale. */
public sealed interface Normalization permits LayerNorm, RmsNorm {

    /**
     * Normalises every row.
     *
     * @param x {@code [rows, features]}
     * @param out {@code [rows, features]}; may be {@code x}
     */
    void forward(Workspace workspace, Tensor x, Tensor out);

    /**
     * Normalises every row, in place.
     *
     * @param x {@code [rows, features]}
     */
    default void forward(Workspace workspace, Tensor x) {
        forward(workspace, x, x);
    }
}
