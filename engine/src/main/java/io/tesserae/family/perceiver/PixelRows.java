package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.model.RowGrid;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/** How a picture becomes rows that latents read: a row for each pixel, or for each place that is left of some of them. */
sealed interface PixelRows permits LearnedPixels, FourierPixels, ConvolvedPixels {

    /** Numbers of a row. */
    int channels();

    /** Height and width of the pictures that the model was made for, in pixels. */
    int[] usualSize();

    /** How many rows a picture has; 0 where it is too small for any. */
    int rows(int height, int width);

    /**
     * Where they lie on a picture that is large enough for one.
     *
     * @throws IllegalArgumentException if there are learned positions, and for another size
     */
    default RowGrid grid(int height, int width) {
        return RowGrid.ofPixels(height, width);
    }

    /**
     * Why a picture of a size is refused; empty if it is not.
     *
     * @param interpolatePositions whether learned positions may be resized
     */
    Optional<String> refusal(int height, int width, boolean interpolatePositions);

    /**
     * Makes a picture's rows.
     *
     * @param frame for what is in between
     * @param picture {@code [3, height, width]}
     * @param out receives {@code [rows, channels]} from row {@code firstRow} on
     */
    void fill(Frame frame, Tensor picture, Tensor out, int firstRow);

    /** Puts each pixel's channels into a row of its own: {@code [pixels, width]}, from a column on. */
    static void copyPixels(Frame frame, Tensor picture, Tensor out, int firstRow, int column) {
        int channels = picture.dimension(0);
        int height = picture.dimension(1);
        int width = picture.dimension(2);
        int stride = out.dimension(1);
        frame.workspace().machine().workers().run(height, (y, thread) -> {
            for (int channel = 0; channel < channels; channel++) {
                int from = (channel * height + y) * width;
                int to = (firstRow + y * width) * stride + column + channel;
                for (int x = 0; x < width; x++) {
                    out.data()[to + x * stride] = picture.data()[from + x];
                }
            }
        });
    }
}
