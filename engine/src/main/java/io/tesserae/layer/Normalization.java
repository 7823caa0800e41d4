package io.tesserae.layer;

import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/** A layer that brings every row to one scale. */
public sealed interface Normalization permits LayerNorm, RmsNorm, Normalization.Unchanged {

    /** None: rows stay as they are. */
    Normalization NONE = new Unchanged();

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

    /** See {@link #NONE}. */
    record Unchanged() implements Normalization {

        @Override
        public void forward(Workspace workspace, Tensor x, Tensor out) {
            if (x != out) {
                System.arraycopy(x.data(), 0, out.data(), 0, x.size());
            }
        }
    }
}
