package io.tesserae.layer;

import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Normalisation by the root mean square, which takes no mean away: {@code x / √(mean(x²) + ε) · weight}, {@code
 * torch.nn.RMSNorm}; Zhang and Sennrich, arXiv 1910.07467.
 */
public final class RmsNorm implements Normalization {

    private final float[] weight; // [features]
    private final float epsilon;

    private RmsNorm(float[] weight, float epsilon) {
        this.weight = weight;
        this.epsilon = epsilon;
    }

    /** Loads {@code weight} from below a name. */
    public static RmsNorm load(StateDict weights, int features, float epsilon) {
        return new RmsNorm(weights.read("weight", features).data(), epsilon);
    }

    /** Loads {@code weight} from below a name, where it is stored less one: Gemma's. */
    public static RmsNorm loadLessOne(StateDict weights, int features, float epsilon) {
        RmsNorm norm = load(weights, features, epsilon);
        for (int i = 0; i < features; i++) {
            norm.weight[i] += 1f;
        }
        return norm;
    }

    @Override
    public void forward(Workspace workspace, Tensor x, Tensor out) {
        ParallelKernels.rmsNorm(workspace, x, weight, epsilon, out);
    }
}
