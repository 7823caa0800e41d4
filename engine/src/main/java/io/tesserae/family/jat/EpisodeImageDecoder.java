package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

final class EpisodeImageDecoder {
    static EpisodeImageDecoder load(Engine engine, StateDict weights, int hidden) {
        throw new UnsupportedOperationException();
    }

    Tensor forward(Workspace workspace, Tensor hiddenStates) {
        return hiddenStates;
    }
}
