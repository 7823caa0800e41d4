package io.tesserae.layer.picture;

import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Group normalisation: {@code torch.nn.GroupNorm}; Wu and He, arXiv 1803.08494. The channels of a picture are cut into groups; each is
 * brought to mean 0 and variance 1 over all its pixels, then every channel has a weight and a bias.
 */
public final class GroupNorm {

    private final Tensor weight; // [channels]
    private final Tensor bias; // [channels]
    private final int groups;
    private final float epsilon;

    private GroupNorm(Tensor weight, Tensor bias, int groups, float epsilon) {
        this.weight = weight;
        this.bias = bias;
        this.groups = groups;
        this.epsilon = epsilon;
    }

    /**
     * Loads {@code weight} and {@code bias} from below a name.
     *
     * @param groups divides {@code channels}
     */
    public static GroupNorm load(StateDict weights, int channels, int groups, float epsilon) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(channels + " channels cannot be cut into " + groups + " groups");
        }
        return new GroupNorm(weights.read("weight", channels), weights.read("bias", channels), groups, epsilon);
    }

    /**
     * Normalises every group of channels.
     *
     * @param pictures {@code [pictures, channels, height, width]}
     * @param out of the same shape; may be {@code pictures}
     */
    public void forward(Workspace workspace, Tensor pictures, Tensor out) {
        int channels = weight.size();
        int pixels = pictures.dimension(2) * pictures.dimension(3);
        PictureShapes.require(pictures, pictures.dimension(0), channels, pictures.dimension(2), pictures.dimension(3));
        PictureShapes.require(out, pictures.shape());
        if (pictures.size() > 0) {
            ParallelKernels.standardize(workspace, pictures, channels / groups * pixels, epsilon, out);
            ParallelKernels.scaleRows(workspace, out, pixels, weight, bias, out);
        }
    }
}
