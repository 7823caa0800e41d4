package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;

/**
 * A video as rows: the pixels of a small square of a frame, beside the Fourier features of its place in time, height and width.
 * Transformers' {@code PerceiverImagePreprocessor} with {@code prep_type="patches"}, and its {@code space_to_depth}.
 */
final class VideoBlocks {

    /** Pixels along a square's side; fixed in the reference, which has no key for it. */
    static final int SIDE = 4;

    private static final int COLOURS = 3;
    private static final int PIXELS = SIDE * SIDE * COLOURS;

    private final FourierPositions positions;
    private final LastGrid grids;

    VideoBlocks(FourierPositions positions) {
        this.positions = positions;
        this.grids = new LastGrid(positions);
    }

    /** Numbers of a row. */
    int channels() {
        return PIXELS + positions.channels();
    }

    /**
     * How many rows a video has.
     *
     * @param video {@code [frames, 3, height, width]}, whose height and width are multiples of a square's side
     */
    int rows(Tensor video) {
        return video.dimension(0) * (video.dimension(2) / SIDE) * (video.dimension(3) / SIDE);
    }

    /**
     * Makes the rows, in the order frame, height, width.
     *
     * @param video as {@link #rows}
     * @param out receives {@code [rows, channels]} in the first columns of its rows, from row {@code firstRow} on
     */
    void fill(Frame frame, Tensor video, Tensor out, int firstRow) {
        int frames = video.dimension(0);
        int down = video.dimension(2) / SIDE;
        int across = video.dimension(3) / SIDE;
        frame.workspace().machine().workers().run(frames * down, (line, thread) -> {
            for (int column = 0; column < across; column++) {
                int to = (firstRow + line * across + column) * out.dimension(1);
                copyBlock(video, line / down, line % down, column, out.data(), to);
            }
        });
        grids.of(frames, down, across).fill(frame, out, firstRow, PIXELS);
    }

    /** Copies a square's pixels: row by row, the colours of a pixel together. */
    private static void copyBlock(Tensor video, int frame, int row, int column, float[] out, int offset) {
        int height = video.dimension(2);
        int width = video.dimension(3);
        for (int colour = 0; colour < COLOURS; colour++) {
            for (int y = 0; y < SIDE; y++) {
                int from = ((frame * COLOURS + colour) * height + row * SIDE + y) * width + column * SIDE;
                for (int x = 0; x < SIDE; x++) {
                    out[offset + (y * SIDE + x) * COLOURS + colour] = video.data()[from + x];
                }
            }
        }
    }
}
