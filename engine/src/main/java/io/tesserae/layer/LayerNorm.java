package io.tesserae.layer;

import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/** Layer normalisation over the innermost dimension: {@code torch.nn.LayerNorm}; Ba, Kiros and Hinton, arXiv 1607.06450. */
public final class LayerNorm implements Normalization {

    private final float[] weight; // [features]
    private final float[] bias; // [features], zeros where there is none
    private final float epsilon;

    private LayerNorm(float[] weight, float[] bias, float epsilon) {
        this.weight = weight;
        this.bias = bias;
        this.epsilon = epsilon;
    }

    /** Loads {@code weight} and {@code bias} from below a name. */
    public static LayerNorm load(StateDict weights, int features, float epsilon) {
        return load(weights, features, epsilon, true);
    }

    /**
     * Loads {@code weight}, and {@code bias} where there is one, from below a name.
     *
     * @param biased whether there is a bias; if not, the state dict holds none
     */
    public static LayerNorm load(StateDict weights, int features, float epsilon, boolean biased) {
        return new LayerNorm(
                weights.read("weight", features).data(),
                biased ? weights.read("bias", features).data() : new float[features],
                epsilon);
    }

    @Override
    public void forward(Workspace workspace, Tensor x, Tensor out) {
        ParallelKernels.layerNorm(workspace, x, weight, bias, epsilon, out);
    }
}
