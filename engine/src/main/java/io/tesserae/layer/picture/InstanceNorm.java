package io.tesserae.layer.picture;

import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/**
 * Instance normalisation without weights: {@code torch.nn.InstanceNorm2d}; Ulyanov, Vedaldi and Lempitsky, arXiv 1607.08022. Every
 * channel of every picture is brought to mean 0 and variance 1 over its pixels.
 *
 * @param epsilon added to the variance
 */
public record InstanceNorm(float epsilon) {

    /**
     * Normalises every channel.
     *
     * @param pictures {@code [pictures, channels, height, width]}
     * @param out of the same shape; may be {@code pictures}
     */
    public void forward(Workspace workspace, Tensor pictures, Tensor out) {
        PictureShapes.require(out, pictures.shape());
        if (pictures.size() > 0) {
            int pixels = pictures.dimension(2) * pictures.dimension(3);
            ParallelKernels.standardize(workspace, pictures, pixels, epsilon, out);
        }
    }
}
