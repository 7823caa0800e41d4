package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * A convolution over pictures whose windows may overlap, with zeros around each picture: {@code torch.nn.Conv2d}, as one product.
 * Every window is unfolded to a row, channel after channel.
 *
 * @param kernel {@code [outChannels, channels · size · size]}
 * @param channels of the picture
 * @param size height and width of a window
 * @param stride from one window to the next
 * @param before zeros above and at the left of the picture
 * @param after zeros below and at the right
 */
public record Convolution(Linear kernel, int channels, int size, int stride, int before, int after) {

    /** How windows lie on a picture: their size, from one to the next, and the zeros before the picture and after it. */
    public record Windows(int size, int stride, int before, int after) {}

    /** Loads {@code weight [outChannels, channels, size, size]} from below a name. */
    public static Convolution load(Engine engine, StateDict weights, int outChannels, int channels, Windows windows) {
        return load(engine, weights, outChannels, channels, windows, false);
    }

    /**
     * Loads {@code weight [outChannels, channels, size, size]}, and {@code bias [outChannels]} where there is one, from below a name.
     *
     * @param biased whether there is a bias; if not, the state dict holds none
     */
    public static Convolution load(
            Engine engine, StateDict weights, int outChannels, int channels, Windows windows, boolean biased) {
        return new Convolution(
                PatchEmbedding.convolution(
                        engine, weights, outChannels, channels, windows.size(), windows.size(), biased),
                channels,
                windows.size(),
                windows.stride(),
                windows.before(),
                windows.after());
    }

    /** How many channels the result has. */
    public int outChannels() {
        return kernel.outFeatures();
    }

    /** How many windows there are along a side of so many pixels. */
    public int windows(int pixels) {
        int places = pixels + before + after - size;
        return places < 0 ? 0 : places / stride + 1;
    }

    /**
     * The sums of all windows, in reading order.
     *
     * @param frame receives the result
     * @param picture {@code [channels, height, width]}
     * @return {@code [windows, outChannels]}, in the frame's memory
     */
    public Tensor forward(Frame frame, Tensor picture) {
        int down = windows(picture.dimension(1));
        int across = windows(picture.dimension(2));
        Tensor out = frame.tensor(down * across, kernel.outFeatures()); // [windows, outChannels]
        forward(frame.workspace(), picture.reshape(1, channels, picture.dimension(1), picture.dimension(2)), 0, out);
        return out;
    }

    /**
     * The sums of all windows of some pictures, picture after picture, each in reading order. They are one product; no picture's
     * bits depend on its neighbours.
     *
     * @param pictures {@code [pictures, channels, height, width]}
     * @param firstPicture where they begin
     * @param out {@code [windows of one · how many pictures are wanted, outChannels]}
     */
    public void forward(Workspace workspace, Tensor pictures, int firstPicture, Tensor out) {
        int down = windows(pictures.dimension(2));
        int across = windows(pictures.dimension(3));
        int wanted = down * across == 0 ? 0 : out.dimension(0) / (down * across);
        if (pictures.dimension(1) != channels
                || out.dimension(0) != wanted * down * across
                || firstPicture + wanted > pictures.dimension(0)) {
            throw new IllegalArgumentException("a convolution of " + channels + " channels from " + pictures + ", from "
                    + firstPicture + " on, to " + out);
        }
        try (Frame inside = workspace.frame()) {
            Tensor unfolded = inside.tensor(out.dimension(0), unfoldedSize()); // [windows, channels · size · size]
            workspace.machine().workers().run(wanted * down, (row, thread) -> {
                for (int column = 0; column < across; column++) {
                    unfold(
                            pictures,
                            firstPicture + row / down,
                            row % down * stride - before,
                            column * stride - before,
                            unfolded,
                            row * across + column);
                }
            });
            kernel.forward(workspace, unfolded, Epilogue.NONE, out);
        }
    }

    /** How many values a window has. */
    public int unfoldedSize() {
        return channels * size * size;
    }

    /** Copies a window, of which some may lie outside the picture. */
    private void unfold(Tensor pictures, int picture, int top, int left, Tensor unfolded, int row) {
        int height = pictures.dimension(2);
        int width = pictures.dimension(3);
        int first = Math.clamp(-left, 0, size);
        int end = Math.clamp(width - left, first, size);
        int to = row * unfolded.dimension(1);
        float[] window = unfolded.data();
        for (int channel = picture * channels; channel < (picture + 1) * channels; channel++) {
            for (int y = top; y < top + size; y++, to += size) {
                if (y < 0 || y >= height || first == end) {
                    Arrays.fill(window, to, to + size, 0f);
                    continue;
                }
                Arrays.fill(window, to, to + first, 0f);
                int from = (channel * height + y) * width + left;
                System.arraycopy(pictures.data(), from + first, window, to + first, end - first);
                Arrays.fill(window, to + end, to + size, 0f);
            }
        }
    }
}
