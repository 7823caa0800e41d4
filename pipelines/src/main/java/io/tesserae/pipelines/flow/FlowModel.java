package io.tesserae.pipelines.flow;

import io.tesserae.tensor.Tensor;

/** A model of optical flow that takes pictures of one size. */
@FunctionalInterface
interface FlowModel {

    /**
     * The flow from one tile to the other, as the model says it: not yet in pixels.
     *
     * @param patches {@code [2, 27, height, width]}: see {@link FlowPatches}
     * @return {@code [height, width, 2]}
     */
    Tensor forward(Tensor patches);
}
