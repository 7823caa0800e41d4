package io.tesserae.layer;

import io.tesserae.kernel.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.PackedMatrix;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/** A fully connected layer, {@code y = x Wᵀ + b}: {@code torch.nn.Linear}. */
public final class Linear {

    private final PackedMatrix weight; // [outFeatures, inFeatures]
    private final float[] bias; // [outFeatures], and zeros up to a whole tile

    private Linear(PackedMatrix weight, float[] bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /** Loads {@code weight} and {@code bias} from below a name. */
    public static Linear load(Engine engine, StateDict weights, int outFeatures, int inFeatures) {
        return fused(engine, outFeatures, inFeatures, weights);
    }

    /**
     * Loads several layers of the same shape as one, their outputs side by side: queries, keys and values in one product.
     *
     * @param outFeatures of each part
     */
    public static Linear fused(Engine engine, int outFeatures, int inFeatures, StateDict... parts) {
        StateDict.Stored[] stored = new StateDict.Stored[parts.length];
        float[] bias = ParallelKernels.paddedBias(engine, parts.length * outFeatures);
        for (int part = 0; part < parts.length; part++) {
            stored[part] = parts[part].require("weight", outFeatures, inFeatures);
            Tensor partBias = parts[part].read("bias", outFeatures);
            System.arraycopy(partBias.data(), 0, bias, part * outFeatures, outFeatures);
        }
        PackedMatrix weight =
                PackedMatrix.pack(engine, parts.length * outFeatures, inFeatures, (first, count, destination) -> {
                    for (int row = first, read; row < first + count; row += read) {
                        int within = row % outFeatures;
                        read = Math.min(first + count - row, outFeatures - within);
                        stored[row / outFeatures].readRows(within, read, destination, (row - first) * inFeatures);
                    }
                });
        return new Linear(weight, bias);
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
        int inFeatures = weight.inFeatures();
        if (x.dimension(-1) != inFeatures || out.dimension(-1) != weight.outFeatures()) {
            throw new IllegalArgumentException(
                    "Linear [" + weight.outFeatures() + ", " + inFeatures + "] from " + x + " to " + out);
        }
        MatrixView rows = new MatrixView(x.data(), 0, inFeatures);
        ParallelKernels.multiply(workspace, rows, x.dimension(0), weight, bias, epilogue, out.data());
    }
}
