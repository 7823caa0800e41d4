package io.tesserae.layer.picture;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Squeeze and excitation: Hu et al., arXiv 1709.01507, section 3. Every channel of a picture is multiplied by a number from 0 to 1,
 * which two layers make of the means of all its channels.
 */
public final class SqueezeExcitation {

    private final Linear squeeze; // [reduced, channels]
    private final Linear excite; // [channels, reduced]
    private final int channels;
    private final int reduced;

    private SqueezeExcitation(Linear squeeze, Linear excite, int channels, int reduced) {
        this.squeeze = squeeze;
        this.excite = excite;
        this.channels = channels;
        this.reduced = reduced;
    }

    /** Loads {@code fc.0.weight [reduced, channels]} and {@code fc.2.weight [channels, reduced]} from below a name. */
    public static SqueezeExcitation load(Engine engine, StateDict weights, int channels, int reduced) {
        return new SqueezeExcitation(
                Linear.load(engine, weights.at("fc.0"), reduced, channels, false),
                Linear.load(engine, weights.at("fc.2"), channels, reduced, false),
                channels,
                reduced);
    }

    /**
     * Scales every channel.
     *
     * @param pictures {@code [pictures, channels, height, width]}
     * @param out of the same shape; may be {@code pictures}
     */
    public void forward(Workspace workspace, Tensor pictures, Tensor out) {
        int count = pictures.dimension(0);
        int pixels = pictures.dimension(2) * pictures.dimension(3);
        PictureShapes.require(pictures, count, channels, pictures.dimension(2), pictures.dimension(3));
        PictureShapes.require(out, pictures.shape());
        if (pictures.size() == 0) {
            return;
        }
        try (Frame frame = workspace.frame()) {
            Tensor means = frame.tensor(count, channels); // [pictures, channels]
            Tensor few = frame.tensor(count, reduced); // [pictures, reduced]
            Tensor scale = frame.tensor(count, channels); // [pictures, channels]
            ParallelKernels.means(workspace, pictures, pixels, means);
            squeeze.forward(workspace, means, new Epilogue.Activate(Activation.RELU), few);
            excite.forward(workspace, few, new Epilogue.Activate(Activation.SIGMOID), scale);
            Tensor zeros = frame.tensor(count, channels);
            Arrays.fill(zeros.data(), 0, zeros.size(), 0f);
            ParallelKernels.scaleRows(workspace, pictures, pixels, scale, zeros, out);
        }
    }
}
