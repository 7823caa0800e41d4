package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.layer.Linear;
import io.tesserae.layer.PositionEmbeddings;
import io.tesserae.layer.Resampling;
import io.tesserae.model.RowGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * Pixels through a linear layer, each beside a learned position that went through another. Transformers' {@code
 * PerceiverImagePreprocessor} with {@code prep_type="conv1x1"}.
 *
 * @param pixels {@code [256, 3]}
 * @param positions {@code [imageSize · imageSize, 256]}
 * @param positionsProjection {@code [256, 256]}
 * @param imageSize height and width of the pictures that there are positions for
 */
record LearnedPixels(Linear pixels, PositionEmbeddings positions, Linear positionsProjection, int imageSize)
        implements PixelRows {

    /** Fixed in the reference, which has no key for it. */
    static final int WIDTH = 256;

    static final int CHANNELS = 2 * WIDTH;

    private static final int COLOURS = 3;

    /** Loads from below {@code perceiver.input_preprocessor}. */
    static LearnedPixels load(Engine engine, int imageSize, StateDict weights) {
        return new LearnedPixels(
                Linear.load(
                        engine,
                        weights.at("convnet_1x1").require("weight", WIDTH, COLOURS, 1, 1),
                        weights.at("convnet_1x1").read("bias", WIDTH),
                        WIDTH,
                        COLOURS),
                PositionEmbeddings.load(
                        weights.at("position_embeddings"),
                        "position_embeddings",
                        imageSize,
                        imageSize,
                        WIDTH,
                        Resampling.BICUBIC),
                Linear.load(engine, weights.at("positions_projection"), WIDTH, WIDTH),
                imageSize);
    }

    @Override
    public int channels() {
        return CHANNELS;
    }

    @Override
    public int[] usualSize() {
        return new int[] {imageSize, imageSize};
    }

    @Override
    public int rows(int height, int width) {
        return Math.multiplyExact(height, width);
    }

    @Override
    public RowGrid grid(int height, int width) {
        if (height != imageSize || width != imageSize) {
            throw new IllegalArgumentException("pictures of " + height + " x " + width
                    + " pixels (height x width): the model has learned positions for " + imageSize + " x " + imageSize
                    + ", and takes no other size");
        }
        return RowGrid.ofPixels(height, width);
    }

    @Override
    public Optional<String> refusal(int height, int width, boolean interpolatePositions) {
        return interpolatePositions || height == imageSize && width == imageSize
                ? Optional.empty()
                : Optional.of("the model has learned positions for " + imageSize + " x " + imageSize
                        + ": resize it, or ask for interpolated positions");
    }

    @Override
    public void fill(Frame frame, Tensor picture, Tensor out, int firstRow) {
        int height = picture.dimension(1);
        int width = picture.dimension(2);
        int offset = firstRow * CHANNELS;
        try (Frame inside = frame.workspace().frame()) {
            Tensor colours = inside.tensor(rows(height, width), COLOURS); // [pixels, 3]
            PixelRows.copyPixels(inside, picture, colours, 0, 0);
            pixels.forward(inside.workspace(), colours, new MatrixView(out.data(), offset, CHANNELS));
            Tensor places = positions.forGrid(inside, height, width); // [pixels, 256]
            MatrixView beside = new MatrixView(out.data(), offset + WIDTH, CHANNELS);
            positionsProjection.forward(inside.workspace(), places, beside);
        }
    }
}
