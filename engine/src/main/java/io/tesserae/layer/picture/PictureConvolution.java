package io.tesserae.layer.picture;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Convolution;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * A convolution with a bias from pictures to pictures: {@code torch.nn.Conv2d}. The sums are those of {@link Convolution}, which come
 * window by window; here they are put in channels.
 */
public final class PictureConvolution {

    /** Unfolded windows of so many values, 4 MB, are multiplied at a time, if they are those of one picture or more. */
    private static final int UNFOLDED_AT_ONCE = 1 << 20;

    /** Channels that a thread puts in order at a time: a line of the cache. */
    private static final int CHANNELS_AT_ONCE = 16;

    private final Convolution convolution;

    private PictureConvolution(Convolution convolution) {
        this.convolution = convolution;
    }

    /** Loads {@code weight [outChannels, channels, size, size]} and {@code bias [outChannels]} from below a name. */
    public static PictureConvolution load(
            Engine engine, StateDict weights, int outChannels, int channels, Convolution.Windows windows) {
        return new PictureConvolution(Convolution.load(engine, weights, outChannels, channels, windows, true));
    }

    /** How many pixels a side of the result has, where the picture's has so many. */
    public int pixels(int pixels) {
        return convolution.windows(pixels);
    }

    /**
     * Computes the convolution of every picture.
     *
     * @param pictures {@code [pictures, channels, height, width]}
     * @param out {@code [pictures, outChannels, pixels(height), pixels(width)]}; not {@code pictures}
     */
    public void forward(Workspace workspace, Tensor pictures, Tensor out) {
        int count = pictures.dimension(0);
        int pixels = pixels(pictures.dimension(2)) * pixels(pictures.dimension(3));
        int channels = convolution.outChannels();
        PictureShapes.require(out, count, channels, pixels(pictures.dimension(2)), pixels(pictures.dimension(3)));
        int together = Math.max(1, UNFOLDED_AT_ONCE / Math.max(1, pixels * convolution.unfoldedSize()));
        for (int first = 0; first < count; first += together) {
            int wanted = Math.min(together, count - first);
            try (Frame frame = workspace.frame()) {
                Tensor sums = frame.tensor(wanted * pixels, channels); // [windows, outChannels]
                convolution.forward(workspace, pictures, first, sums);
                toChannels(workspace, sums, wanted, first, out);
            }
        }
    }

    /** From {@code [pictures, pixels, channels]} to {@code [pictures, channels, pixels]}. */
    private static void toChannels(Workspace workspace, Tensor sums, int pictures, int firstPicture, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        int channels = sums.dimension(1);
        int pixels = sums.dimension(0) / pictures;
        int blocks = Math.ceilDiv(channels, CHANNELS_AT_ONCE);
        workspace.machine().workers().run(pictures * blocks, (index, thread) -> {
            int picture = index / blocks;
            int channel = index % blocks * CHANNELS_AT_ONCE;
            int columns = Math.min(CHANNELS_AT_ONCE, channels - channel);
            int from = picture * pixels * channels + channel;
            int to = ((firstPicture + picture) * channels + channel) * pixels;
            kernels.transpose(sums.data(), from, channels, pixels, columns, out.data(), to, pixels);
        });
    }
}
