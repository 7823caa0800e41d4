package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.ProductExtent;
import io.tesserae.kernel.WeightMatrix;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;
import io.tesserae.tensor.Tensor;
import java.util.List;

/** A fully connected layer, {@code y = x Wᵀ + b}: {@code torch.nn.Linear}. */
public final class Linear {

    private final WeightMatrix weight; // [outFeatures, inFeatures]
    private final int partFeatures; // of each of the layers that are side by side
    private final float[] bias; // [outFeatures], and zeros up to a whole panel; zeros where there is none

    private Linear(WeightMatrix weight, int partFeatures, float[] bias) {
        this.weight = weight;
        this.partFeatures = partFeatures;
        this.bias = bias;
    }

    /** Loads {@code weight} and {@code bias} from below a name. */
    public static Linear load(Engine engine, StateDict weights, int outFeatures, int inFeatures) {
        return load(engine, weights, outFeatures, inFeatures, true);
    }

    /**
     * Loads {@code weight}, and {@code bias} where there is one, from below a name.
     *
     * @param biased whether there is a bias; if not, the state dict holds none
     */
    public static Linear load(Engine engine, StateDict weights, int outFeatures, int inFeatures, boolean biased) {
        StoredTensor weight = weights.require("weight", outFeatures, inFeatures);
        List<Tensor> bias = biased ? List.of(weights.read("bias", outFeatures)) : List.of();
        return pack(engine, List.of(outFeatures), inFeatures, List.of(weight), bias);
    }

    /**
     * Loads a layer whose weight and bias are not stored together: a weight that is tied to another layer's, say.
     *
     * @param weight {@code [outFeatures, inFeatures]}
     * @param bias {@code [outFeatures]}
     */
    public static Linear load(Engine engine, StoredTensor weight, Tensor bias, int outFeatures, int inFeatures) {
        return pack(engine, List.of(outFeatures), inFeatures, List.of(weight), List.of(bias));
    }

    /** The same layer, known to be several layers side by side, each of so many outputs. */
    Linear inParts(int features) {
        return new Linear(weight, features, bias);
    }

    /**
     * Of weights and biases that are stored apart, side by side; no biases where there are none.
     *
     * @param outFeatures of each part
     */
    static Linear pack(
            Engine engine, List<Integer> outFeatures, int inFeatures, List<StoredTensor> weights, List<Tensor> biases) {
        SideBySide parts = new SideBySide(engine, weights, outFeatures, inFeatures);
        return new Linear(parts.load(), parts.featuresOfOne(), parts.bias(biases));
    }

    /** Width of the result. */
    public int outFeatures() {
        return weight.outFeatures();
    }

    /**
     * Computes {@code out = epilogue(x Wᵀ + b)}.
     *
     * @param x {@code [rows, inFeatures]}
     * @param out {@code [rows, outFeatures]}
     */
    public void forward(Workspace workspace, Tensor x, Epilogue epilogue, Tensor out) {
        if (out.dimension(-1) != weight.outFeatures()) {
            throw new IllegalArgumentException(this + " from " + x + " to " + out);
        }
        forward(workspace, x, 0, weight.outFeatures(), epilogue, new MatrixView(out.data(), 0, weight.outFeatures()));
    }

    /**
     * Computes {@code out = x Wᵀ + b} into some columns of wider rows.
     *
     * @param x {@code [rows, inFeatures]}
     * @param out receives {@code [rows, outFeatures]} at its offset, and from one row to the next at its stride
     */
    public void forward(Workspace workspace, Tensor x, MatrixView out) {
        forward(workspace, x, 0, weight.outFeatures(), Epilogue.NONE, out);
    }

    /**
     * Computes {@code x Wᵀ + b}, for what outlives a workspace: logits.
     *
     * @param x {@code [rows, inFeatures]}
     * @return {@code [rows, outFeatures]}
     */
    public Tensor forward(Workspace workspace, Tensor x) {
        Tensor out = Tensor.zeros(x.dimension(0), weight.outFeatures());
        forward(workspace, x, Epilogue.NONE, out);
        return out;
    }

    /**
     * Computes {@code out = epilogue(x Wᵀ + b)} for some of the columns, and reads no more of the weights than they need.
     *
     * @param firstColumn where they begin; a few before it may be written too
     * @param endColumn where they end
     * @param out {@code [rows, outFeatures]}, of which columns from {@code endColumn} on need not be there
     */
    public void forward(
            Workspace workspace, Tensor x, int firstColumn, int endColumn, Epilogue epilogue, MatrixView out) {
        int inFeatures = weight.inFeatures();
        if (x.dimension(-1) != inFeatures) {
            throw new IllegalArgumentException(this + " from " + x);
        }
        MatrixView rows = new MatrixView(x.data(), 0, inFeatures);
        ProductExtent extent = new ProductExtent(0, x.dimension(0), firstColumn, endColumn, partFeatures);
        ParallelKernels.multiply(workspace, rows, weight, bias, extent, epilogue, out);
    }

    /**
     * Computes {@code out = epilogue(x Wᵀ + b)} for some of the rows.
     *
     * @param x {@code [rows of all, inFeatures]}
     * @param firstRow where they begin, in {@code x}, in {@code out} and in what the epilogue adds
     * @param rows how many they are
     * @param out {@code [rows of all, outFeatures]}
     */
    void forward(Workspace workspace, MatrixView x, int firstRow, int rows, Epilogue epilogue, MatrixView out) {
        int columns = weight.outFeatures();
        ProductExtent extent = new ProductExtent(firstRow, rows, 0, columns, partFeatures);
        ParallelKernels.multiply(workspace, x, weight, bias, extent, epilogue, out);
    }

    @Override
    public String toString() {
        return "Linear [" + weight.outFeatures() + ", " + weight.inFeatures() + "]";
    }
}
