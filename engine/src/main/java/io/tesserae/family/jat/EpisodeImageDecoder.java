package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.picture.InstanceNorm;
import io.tesserae.layer.picture.SqueezeExcitation;
import io.tesserae.layer.picture.TransposedConvolution;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Makes the frames that come next from a row of the transformer: the way of {@link EpisodeImageEncoder} back, by transposed
 * convolutions that double the sides. For predictions, never for acting.
 */
public final class EpisodeImageDecoder {

    private static final int SMALLEST_SIDE = EpisodeImageEncoder.SMALLEST_SIDE;
    private static final int SIDE = EpisodeImageEncoder.SIDE;
    private static final int FRAMES = EpisodeImageEncoder.FRAMES;

    /** Rows that are decoded together: what lies between two layers takes a megabyte for each. */
    private static final int AT_ONCE = 8;

    private static final InstanceNorm NORM = new InstanceNorm(EpisodeImageEncoder.EPSILON);

    private final Linear projection; // [128 · 11 · 11, hidden]
    private final TransposedConvolution first;
    private final SqueezeExcitation firstAttention;
    private final TransposedConvolution second;
    private final SqueezeExcitation secondAttention;
    private final TransposedConvolution third;

    private EpisodeImageDecoder(Engine engine, StateDict module, int hidden) {
        int channels = EpisodeImageEncoder.CHANNELS;
        int reduction = EpisodeImageEncoder.REDUCTION;
        projection = Linear.load(engine, module.at("fc"), channels * SMALLEST_SIDE * SMALLEST_SIDE, hidden);
        first = TransposedConvolution.load(module.at("deconv1"), 64, channels);
        firstAttention = SqueezeExcitation.load(engine, module.at("att1"), 64, 64 / reduction);
        second = TransposedConvolution.load(module.at("deconv2"), 32, 64);
        secondAttention = SqueezeExcitation.load(engine, module.at("att2"), 32, 32 / reduction);
        third = TransposedConvolution.load(module.at("deconv3"), FRAMES, 32);
    }

    /**
     * Loads the decoder.
     *
     * @param weights below {@code image_decoder}
     * @param hidden width of a row of the transformer
     */
    public static EpisodeImageDecoder load(Engine engine, StateDict weights, int hidden) {
        return new EpisodeImageDecoder(engine, weights.at("module"), hidden);
    }

    /**
     * Decodes rows; none depends on the others.
     *
     * @param rows {@code [rows, hidden]}
     * @param out {@code [rows, 4, 84, 84]}, receives values from −1 to 1
     */
    public void forward(Workspace workspace, Tensor rows, Tensor out) {
        int count = rows.dimension(0);
        if (!Arrays.equals(out.shape(), new int[] {count, FRAMES, SIDE, SIDE})) {
            throw new IllegalArgumentException(count + " pictures of " + FRAMES + " frames of " + SIDE + " x " + SIDE
                    + " pixels expected, found " + out);
        }
        int hidden = rows.dimension(1);
        int picture = FRAMES * SIDE * SIDE;
        for (int from = 0; from < count; from += AT_ONCE) {
            int some = Math.min(AT_ONCE, count - from);
            try (Frame frame = workspace.frame()) {
                Tensor few = frame.tensor(some, hidden);
                System.arraycopy(rows.data(), from * hidden, few.data(), 0, few.size());
                Tensor decoded = decode(frame, few);
                System.arraycopy(decoded.data(), 0, out.data(), from * picture, decoded.size());
            }
        }
    }

    private Tensor decode(Frame frame, Tensor rows) {
        Workspace workspace = frame.workspace();
        int count = rows.dimension(0);
        int channels = EpisodeImageEncoder.CHANNELS;
        Tensor smallest = frame.tensor(count, channels * SMALLEST_SIDE * SMALLEST_SIDE);
        projection.forward(workspace, rows, Epilogue.NONE, smallest);
        Tensor grown = grow(frame, first, smallest.reshape(count, channels, SMALLEST_SIDE, SMALLEST_SIDE), 64);
        normalize(workspace, grown);
        Tensor cut = withoutLastRowAndColumn(frame, grown);
        firstAttention.forward(workspace, cut, cut);
        Tensor larger = grow(frame, second, cut, 32);
        normalize(workspace, larger);
        secondAttention.forward(workspace, larger, larger);
        Tensor out = grow(frame, third, larger, FRAMES);
        ParallelKernels.activate(workspace, Activation.TANH, out);
        return out;
    }

    private static void normalize(Workspace workspace, Tensor pictures) {
        NORM.forward(workspace, pictures, pictures);
        ParallelKernels.activate(workspace, Activation.LEAKY_RELU, pictures);
    }

    private static Tensor grow(Frame frame, TransposedConvolution convolution, Tensor pictures, int outChannels) {
        int side = 2 * pictures.dimension(2);
        Tensor out = frame.tensor(pictures.dimension(0), outChannels, side, side);
        convolution.forward(frame.workspace(), pictures, out);
        return out;
    }

    /** To the nearest pixel, PyTorch resizes 22 pixels to 21 by leaving out the last: {@code torch.nn.functional.interpolate}. */
    private static Tensor withoutLastRowAndColumn(Frame frame, Tensor pictures) {
        int planes = pictures.dimension(0) * pictures.dimension(1);
        int side = pictures.dimension(2);
        int less = side - 1;
        Tensor out = frame.tensor(pictures.dimension(0), pictures.dimension(1), less, less);
        for (int plane = 0; plane < planes; plane++) {
            for (int row = 0; row < less; row++) {
                int from = (plane * side + row) * side;
                System.arraycopy(pictures.data(), from, out.data(), (plane * less + row) * less, less);
            }
        }
        return out;
    }
}
