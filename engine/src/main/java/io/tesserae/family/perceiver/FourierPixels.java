package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * Pixels as they are, each beside the Fourier features of its place: nothing of it is learned, and pictures may have any size. Transformers'
 * {@code PerceiverImagePreprocessor} with {@code prep_type="pixels"}.
 */
final class FourierPixels implements PixelRows {

    private static final int COLOURS = 3;
    private static final int BANDS = 64;
    private static final int RESOLUTION = 224;

    private final FourierPositions positions = new FourierPositions(BANDS, RESOLUTION, RESOLUTION);
    private final LastGrid grids = new LastGrid(positions);

    @Override
    public int channels() {
        return COLOURS + positions.channels();
    }

    @Override
    public int[] usualSize() {
        return new int[] {RESOLUTION, RESOLUTION};
    }

    @Override
    public int rows(int height, int width) {
        return Math.multiplyExact(height, width);
    }

    @Override
    public Optional<String> refusal(int height, int width, boolean interpolatePositions) {
        return Optional.empty();
    }

    @Override
    public void fill(Frame frame, Tensor picture, Tensor out, int firstRow) {
        PixelRows.copyPixels(frame, picture, out, firstRow, 0);
        grids.of(picture.dimension(1), picture.dimension(2)).fill(frame, out, firstRow, COLOURS);
    }
}
