package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

final class EpisodeImageEncoder {
    static EpisodeImageEncoder load(Engine engine, StateDict weights, int hidden) {
        throw new UnsupportedOperationException();
    }

    void forward(Frame frame, Tensor pixels, Tensor out) {}
}
