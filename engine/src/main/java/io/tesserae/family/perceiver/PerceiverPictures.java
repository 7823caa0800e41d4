package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Recording;
import io.tesserae.model.ImageBackbone;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.RowGrid;
import io.tesserae.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pictures as inputs: latents read a row for each pixel, 50,176 of them for 224 x 224. Jaegle et al., arXiv 2107.14795, section 4.5.
 */
final class PerceiverPictures extends ImageBackbone {

    /** A picture of more rows is refused: some gigabytes of them. */
    private static final int MOST_ROWS = 1 << 20;

    private final Perceiver perceiver;
    private final PixelRows pixels;

    PerceiverPictures(Engine engine, Perceiver perceiver, PixelRows pixels) {
        super(engine);
        this.perceiver = perceiver;
        this.pixels = pixels;
    }

    /** The rows of the latents; refuses pictures that the model does not take. */
    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        for (int i = 0; i < batch.images(); i++) {
            Tensor picture = batch.pixelValues(i);
            int height = picture.dimension(1);
            int width = picture.dimension(2);
            String found = "picture " + i + " of the batch has " + picture.dimension(0) + " channels of " + height
                    + " x " + width + " pixels (height x width), but ";
            if (picture.dimension(0) != channels()) {
                throw new IllegalArgumentException(found + "the model takes " + channels() + " channels");
            }
            excess(height, width).ifPresent(excess -> {
                throw new IllegalArgumentException(found + "that is too large, " + excess);
            });
            pixels.refusal(height, width, interpolatePositions).ifPresent(refusal -> {
                throw new IllegalArgumentException(found + refusal);
            });
        }
        return perceiver.starts(batch.images());
    }

    /**
     * The latents of each picture.
     *
     * @param frame receives the result
     * @return {@code [images · latents, dLatents]}
     */
    Tensor encode(Frame frame, ImageBatch batch, Recording recording) {
        return perceiver.encode(
                frame,
                Inputs.of(
                        batch.images(),
                        image -> rows(batch.pixelValues(image)),
                        (inside, from, to, rows) -> fill(inside, batch, from, to, rows)),
                recording);
    }

    private int rows(Tensor picture) {
        return pixels.rows(picture.dimension(1), picture.dimension(2));
    }

    /** Rows of pixels and places. */
    private void fill(Frame frame, ImageBatch batch, int from, int to, Tensor rows) {
        int firstRow = 0;
        for (int i = from; i < to; i++) {
            pixels.fill(frame, batch.pixelValues(i), rows, firstRow);
            firstRow += rows(batch.pixelValues(i));
        }
    }

    @Override
    public int imageHeight() {
        return pixels.usualSize()[0];
    }

    @Override
    public int imageWidth() {
        return pixels.usualSize()[1];
    }

    @Override
    public int channels() {
        return 3;
    }

    @Override
    public int tokens() {
        return perceiver.config().numLatents();
    }

    @Override
    public Optional<String> excess(int height, int width) {
        long most = (long) height * width;
        return most <= MOST_ROWS
                ? Optional.empty()
                : Optional.of("which is " + most + " pixels; at most " + MOST_ROWS + " are taken");
    }

    @Override
    public OptionalInt latents() {
        return OptionalInt.of(perceiver.config().numLatents());
    }

    @Override
    public OptionalInt readingHeads() {
        return OptionalInt.of(perceiver.config().crossHeads());
    }

    @Override
    public Optional<RowGrid> rowGrid(int height, int width) {
        // What is said of positions that were not interpolated is for those who can ask for that.
        excess(height, width).or(() -> pixels.refusal(height, width, true)).ifPresent(refusal -> {
            throw new IllegalArgumentException(
                    "pictures of " + height + " x " + width + " pixels (height x width): " + refusal);
        });
        return Optional.of(pixels.grid(height, width));
    }

    @Override
    public int heads() {
        return perceiver.config().selfAttention().heads();
    }

    @Override
    public int layers() {
        return perceiver.config().layers();
    }

    @Override
    public int hiddenSize() {
        return perceiver.config().dLatents();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return layers() + " layers of " + hiddenSize() + " numbers, " + heads() + " heads, " + tokens()
                + " latents, pictures of " + imageWidth() + " x " + imageHeight() + ", " + perceiver.inputWidth()
                + " numbers a row";
    }
}
