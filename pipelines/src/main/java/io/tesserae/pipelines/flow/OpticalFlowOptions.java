package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of an optical flow.
 *
 * @param minOverlap pixels that neighbouring tiles have in common, at least, where pictures are larger than the model takes; empty: 20, as
 *     in DeepMind's example, or half of the shorter side of tiles that are very small
 * @param progress is told of every tile; by the thread that asks for the flow
 */
public record OpticalFlowOptions(OptionalInt minOverlap, FlowProgress progress) {

    /** The overlap of DeepMind's example. */
    public static final OpticalFlowOptions DEFAULT = new OpticalFlowOptions(OptionalInt.empty(), FlowProgress.NONE);

    /** Checks the ranges. */
    public OpticalFlowOptions {
        Arguments.require(minOverlap, "minOverlap");
        Arguments.require(progress, "progress");
        if (minOverlap.isPresent() && minOverlap.getAsInt() < 0) {
            throw new IllegalArgumentException("minOverlap: expected 0 or more, found " + minOverlap.getAsInt());
        }
    }

    /** With tiles that have so many pixels in common, at least. */
    public OpticalFlowOptions withMinOverlap(int pixels) {
        return new OpticalFlowOptions(OptionalInt.of(pixels), progress);
    }

    /** With somebody who is told of every tile. */
    public OpticalFlowOptions withProgress(FlowProgress listener) {
        return new OpticalFlowOptions(minOverlap, listener);
    }
}
