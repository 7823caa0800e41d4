package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * A convolution over a picture whose windows may overlap, with zeros around the picture: {@code torch.nn.Conv2d} without a bias, as one
 * product. Every window is unfolded to a row, channel after channel.
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
        return new Convolution(
                PatchEmbedding.convolution(
                        engine, weights, outChannels, channels, windows.size(), windows.size(), false),
                channels,
                windows.size(),
                windows.stride(),
                windows.before(),
                windows.after());
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
        try (Frame inside = frame.workspace().frame()) {
            Tensor unfolded = inside.tensor(down * across, channels * size * size); // [windows, channels · size · size]
            frame.workspace().machine().workers().run(down, (row, thread) -> {
                for (int column = 0; column < across; column++) {
                    unfold(picture, row * stride - before, column * stride - before, unfolded, row * across + column);
                }
            });
            kernel.forward(frame.workspace(), unfolded, Epilogue.NONE, out);
        }
        return out;
    }

    /** Copies a window, of which some may lie outside the picture. */
    private void unfold(Tensor picture, int top, int left, Tensor unfolded, int row) {
        int height = picture.dimension(1);
        int width = picture.dimension(2);
        int first = Math.clamp(-left, 0, size);
        int end = Math.clamp(width - left, first, size);
        int to = row * unfolded.dimension(1);
        float[] window = unfolded.data();
        for (int channel = 0; channel < channels; channel++) {
            for (int y = top; y < top + size; y++, to += size) {
                if (y < 0 || y >= height || first == end) {
                    Arrays.fill(window, to, to + size, 0f);
                    continue;
                }
                Arrays.fill(window, to, to + first, 0f);
                int from = (channel * height + y) * width + left;
                System.arraycopy(picture.data(), from + first, window, to + first, end - first);
                Arrays.fill(window, to + end, to + size, 0f);
            }
        }
    }
}
