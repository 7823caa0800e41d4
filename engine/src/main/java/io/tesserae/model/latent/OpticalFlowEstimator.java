package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * A model that says how far each pixel moves from one picture to the next: transformers' {@code PerceiverForOpticalFlow}. It takes pictures
 * of one size. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class OpticalFlowEstimator extends LatentModel {

    /** Horizontal, vertical. */
    protected static final int AXES = 2;

    /** What every such model has. */
    protected OpticalFlowEstimator(Engine engine, Sizes sizes) {
        super(engine, sizes);
    }

    /**
     * The flow of pairs of pictures.
     *
     * @param patches {@code [pairs, 2, 27, height, width]}: for each pixel of the first and of the second picture the 3 x 3 pixels around
     *     it, each red, green and blue from -1 to 1, and zeros beyond the edge; not copied, and not written to
     * @throws IllegalArgumentException if the shape is another, or the pictures are not of the model's size
     */
    public final OpticalFlowOutput forward(Tensor patches, OutputOptions options) {
        Arguments.require(patches, "patches");
        Arguments.require(options, "options");
        requireOpen();
        requireShape(patches);
        Recording recording = recording(options, patches.dimension(0));
        try (Workspace workspace = engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor flow = estimate(frame, patches, recording);
            return new OpticalFlowOutput(
                    NotFinite.warn("numbers of the flow", flow),
                    recording.allHiddenStates(),
                    recording.allAttentions(),
                    recording.allCrossAttentions());
        }
    }

    /** Refuses pictures of other sizes too: the reference fails at most of them, and mixes up pixels of those that have as many. */
    private void requireShape(Tensor patches) {
        int[] expected = expectedShape(1);
        int[] found = patches.shape();
        boolean fits = found.length == expected.length && found[0] > 0;
        for (int axis = 1; fits && axis < expected.length; axis++) {
            fits = found[axis] == expected[axis];
        }
        if (!fits) {
            throw new IllegalArgumentException("patches: expected the shape [pairs, "
                    + String.join(
                            ", ",
                            Arrays.stream(expected)
                                    .skip(1)
                                    .mapToObj(Integer::toString)
                                    .toList())
                    + "], 1 pair or more, each of two pictures of " + imageWidth() + " x " + imageHeight()
                    + " pixels (train_size in config.json), found " + patches + "; cut larger pictures into tiles");
        }
    }

    /**
     * The forward pass.
     *
     * @param frame for what is in between
     * @param patches of the {@linkplain #expectedShape expected shape}
     * @return {@code [pairs, height, width, 2]}, in memory of its own
     */
    protected abstract Tensor estimate(Frame frame, Tensor patches, Recording recording);

    /** The shape of a batch of so many pairs: {@code [pairs, 2, 27, height, width]}. */
    protected abstract int[] expectedShape(int pairs);

    /** Height of the pictures that it takes, in pixels. */
    public abstract int imageHeight();

    /** Width of the pictures that it takes, in pixels. */
    public abstract int imageWidth();

    /** Its sizes. */
    @Override
    public final String toString() {
        return describeLatents() + ", pairs of pictures of " + imageWidth() + " x " + imageHeight();
    }
}
