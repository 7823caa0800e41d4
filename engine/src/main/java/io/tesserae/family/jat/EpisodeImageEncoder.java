package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Convolution;
import io.tesserae.layer.Linear;
import io.tesserae.layer.picture.InstanceNorm;
import io.tesserae.layer.picture.PictureConvolution;
import io.tesserae.layer.picture.SqueezeExcitation;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Makes one row of the transformer from the last four frames of a game: three convolutions that halve the sides, each with instance
 * normalisation, leaky ReLU, squeeze and excitation; then one linear layer of all that is left.
 */
public final class EpisodeImageEncoder {

    /** Frames of a picture: the last of an episode, oldest first. */
    public static final int FRAMES = 4;

    /** Height and width of a frame. */
    public static final int SIDE = 84;

    /** Channels of the smallest pictures, with which the encoder ends and the decoder begins. */
    static final int CHANNELS = 128;

    /** Height and width of the smallest pictures. */
    static final int SMALLEST_SIDE = 11;

    /** Whatever config.json says of layer norms. */
    static final float EPSILON = 1e-5f;

    /** Squeeze and excitation makes so many channels one. */
    static final int REDUCTION = 8;

    /** Pictures that go through all convolutions together, so that what lies between two of them stays in the cache. */
    private static final int AT_ONCE = 4;

    private static final InstanceNorm NORM = new InstanceNorm(EPSILON);

    private final List<Stage> stages;
    private final Linear projection; // [hidden, 128 · 11 · 11]

    private EpisodeImageEncoder(List<Stage> stages, Linear projection) {
        this.stages = stages;
        this.projection = projection;
    }

    /** One halving of the sides. */
    private record Stage(PictureConvolution convolution, SqueezeExcitation attention, int outChannels) {

        static Stage load(Engine engine, StateDict weights, int number, int outChannels, int channels) {
            return new Stage(
                    PictureConvolution.load(
                            engine,
                            weights.at("conv" + number),
                            outChannels,
                            channels,
                            new Convolution.Windows(3, 2, 1, 1)),
                    SqueezeExcitation.load(engine, weights.at("att" + number), outChannels, outChannels / REDUCTION),
                    outChannels);
        }

        Tensor forward(Frame frame, Tensor pictures) {
            Workspace workspace = frame.workspace();
            int side = convolution.pixels(pictures.dimension(2));
            Tensor out = frame.tensor(pictures.dimension(0), outChannels, side, side);
            convolution.forward(workspace, pictures, out);
            NORM.forward(workspace, out, out);
            ParallelKernels.activate(workspace, Activation.LEAKY_RELU, out);
            attention.forward(workspace, out, out);
            return out;
        }
    }

    /**
     * Loads the encoder.
     *
     * @param weights below {@code image_encoder}
     * @param hidden width of a row of the transformer
     */
    public static EpisodeImageEncoder load(Engine engine, StateDict weights, int hidden) {
        StateDict module = weights.at("module");
        int smallest = CHANNELS * SMALLEST_SIDE * SMALLEST_SIDE;
        return new EpisodeImageEncoder(
                List.of(
                        Stage.load(engine, module, 1, 32, FRAMES),
                        Stage.load(engine, module, 2, 64, 32),
                        Stage.load(engine, module, 3, CHANNELS, 64)),
                Linear.load(engine, module.at("fc"), hidden, smallest));
    }

    /**
     * Encodes pictures; none depends on the others.
     *
     * @param frames {@code [pictures, 4, 84, 84]}, from −1 to 1
     * @param out {@code [pictures, hidden]}
     */
    public void forward(Workspace workspace, Tensor frames, Tensor out) {
        int pictures = frames.dimension(0);
        if (!Arrays.equals(frames.shape(), new int[] {pictures, FRAMES, SIDE, SIDE})) {
            throw new IllegalArgumentException("pictures of " + FRAMES + " frames of " + SIDE + " x " + SIDE
                    + " pixels expected, found " + frames);
        }
        int smallest = CHANNELS * SMALLEST_SIDE * SMALLEST_SIDE;
        try (Frame frame = workspace.frame()) {
            Tensor features = frame.tensor(pictures, smallest); // [pictures, 128 · 11 · 11]
            for (int first = 0; first < pictures; first += AT_ONCE) {
                int count = Math.min(AT_ONCE, pictures - first);
                try (Frame inside = workspace.frame()) {
                    Tensor last = features(inside, frames, first, count);
                    System.arraycopy(last.data(), 0, features.data(), first * smallest, last.size());
                }
            }
            projection.forward(workspace, features, Epilogue.NONE, out);
        }
    }

    /** The smallest pictures of some pictures: {@code [count, 128, 11, 11]}. */
    private Tensor features(Frame frame, Tensor frames, int first, int count) {
        Tensor pictures = frame.tensor(count, FRAMES, SIDE, SIDE);
        System.arraycopy(frames.data(), first * FRAMES * SIDE * SIDE, pictures.data(), 0, pictures.size());
        for (Stage stage : stages) {
            pictures = stage.forward(frame, pictures);
        }
        return pictures;
    }
}
