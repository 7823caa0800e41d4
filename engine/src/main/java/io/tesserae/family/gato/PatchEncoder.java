package io.tesserae.family.gato;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Convolution.Windows;
import io.tesserae.layer.Linear;
import io.tesserae.layer.picture.GroupNorm;
import io.tesserae.layer.picture.PictureConvolution;
import io.tesserae.model.PicturePatches;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Reads patches: one residual block that normalises and activates before it convolves, as of the second ResNet, He et al., arXiv
 * 1603.05027; then one linear layer of all that it gives. Reed et al., arXiv 2205.06175, appendix C.2.
 *
 * <pre>
 * x = widen(pixels)
 * x = x + second(gelu(secondNorm(first(gelu(firstNorm(x))))))
 * row = linear(x)
 * </pre>
 *
 * @param widen from the pixels' channels to those of the block, each pixel by itself
 * @param linear {@code [hidden, channels · size · size]}
 */
record PatchEncoder(
        PictureConvolution widen,
        GroupNorm firstNorm,
        PictureConvolution first,
        GroupNorm secondNorm,
        PictureConvolution second,
        Linear linear,
        int channels) {

    /** Whatever config.json says of layer norms. */
    private static final float EPSILON = 1e-5f;

    /** Patches that go through the block together: rows enough for the linear layer's weights to be read seldom. */
    private static final int AT_ONCE = 128;

    /**
     * Loads the encoder.
     *
     * @param weights what lies below {@code image_encoder}
     */
    static PatchEncoder load(Engine engine, GatoConfig config, StateDict weights) {
        int channels = config.numResChannels();
        int groups = config.numGroups();
        StateDict block = weights.at("residual_block");
        Windows around = new Windows(3, 1, 1, 1);
        return new PatchEncoder(
                PictureConvolution.load(
                        engine, weights.at("conv"), channels, GatoConfig.CHANNELS, new Windows(1, 1, 0, 0)),
                GroupNorm.load(block.at("gn1"), channels, groups, EPSILON),
                PictureConvolution.load(engine, block.at("conv1"), channels, channels, around),
                GroupNorm.load(block.at("gn2"), channels, groups, EPSILON),
                PictureConvolution.load(engine, block.at("conv2"), channels, channels, around),
                Linear.load(
                        engine,
                        weights.at("linear"),
                        config.hiddenSize(),
                        Tensor.elementCount(channels, config.patchSize(), config.patchSize())),
                channels);
    }

    /**
     * The rows of all patches, each as if it were alone.
     *
     * @param frame receives the result
     * @return {@code [patches, hidden]}, in the frame's memory
     */
    Tensor forward(Frame frame, PicturePatches patches) {
        int hidden = linear.outFeatures();
        Tensor rows = frame.tensor(patches.count(), hidden);
        for (int start = 0; start < patches.count(); start += AT_ONCE) {
            int count = Math.min(AT_ONCE, patches.count() - start);
            try (Frame inside = frame.workspace().frame()) {
                Tensor x = block(inside, pixels(inside, patches, start, count));
                Tensor flat = x.reshape(count, x.size() / count); // [count, channels · size · size]
                linear.forward(frame.workspace(), flat, new MatrixView(rows.data(), start * hidden, hidden));
            }
        }
        return rows;
    }

    /** {@code [count, 4, size, size]}: from bytes to numbers from -1 to 1. */
    private static Tensor pixels(Frame frame, PicturePatches patches, int start, int count) {
        Tensor pixels = frame.tensor(count, patches.channels(), patches.size(), patches.size());
        int from = start * patches.values();
        for (int i = 0; i < pixels.size(); i++) {
            int value = Byte.toUnsignedInt(patches.pixels()[from + i]);
            pixels.data()[i] = value * 2f / 255f - 1f;
        }
        return pixels;
    }

    /** {@code [patches, channels, size, size]}. */
    private Tensor block(Frame frame, Tensor pixels) {
        Workspace workspace = frame.workspace();
        int size = pixels.dimension(2);
        int[] shape = {pixels.dimension(0), channels, size, size};
        Tensor x = frame.tensor(shape);
        Tensor normalized = frame.tensor(shape);
        Tensor convolved = frame.tensor(shape);
        widen.forward(workspace, pixels, x);
        firstNorm.forward(workspace, x, normalized);
        ParallelKernels.activate(workspace, Activation.GELU, normalized);
        first.forward(workspace, normalized, convolved);
        secondNorm.forward(workspace, convolved, normalized);
        ParallelKernels.activate(workspace, Activation.GELU, normalized);
        second.forward(workspace, normalized, convolved);
        workspace.machine().kernels().addScaled(1f, convolved.data(), 0, x.data(), 0, x.size());
        return x;
    }
}
