package io.tesserae.benchmarks;

import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;

/**
 * A batch of square pictures to run a vision model on, as pixel values after preprocessing.
 *
 * <p>Value i of the batch, counted through pictures, channels, rows and columns, is {@code (7919 i mod 257 - 128) / 128}.
 * That is a float32 from -1 to 1 without any rounding, so every language makes the same bits.
 *
 * @param images how many pictures; one or more
 * @param side their height and width in pixels; one or more
 */
public record ImageWorkload(int images, int side) implements Workload {

    /** Channels of a picture: red, green, blue. */
    public static final int CHANNELS = 3;

    public ImageWorkload {
        if (images < 1 || side < 1 || (double) images * CHANNELS * side * side > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a workload needs at least one picture of at least one pixel, and"
                    + " fewer than 2^31 pixel values; found " + images + " pictures of " + side + " x " + side);
        }
    }

    /**
     * Reads what {@link #toString()} writes: {@code 4@224} are 4 pictures of 224 x 224 pixels.
     *
     * @throws NumberFormatException if the text has another form
     */
    static ImageWorkload parse(String text) {
        String[] sides = text.split("@", 2);
        return new ImageWorkload(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
    }

    @Override
    public int batch() {
        return images;
    }

    @Override
    public Unit unit() {
        return Unit.IMAGES;
    }

    @Override
    public int units() {
        return images;
    }

    /** {@code [images, 3, side, side]}. */
    public int[] shape() {
        return new int[] {images, CHANNELS, side, side};
    }

    /** The values of {@link #shape()}, row-major. */
    public float[] pixelValues() {
        float[] values = new float[Tensor.elementCount(shape())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (7919L * i % 257 - 128) / 128f;
        }
        return values;
    }

    /** The pictures as the engine takes them. */
    ImageBatch imageBatch() {
        return ImageBatch.of(Tensor.of(pixelValues(), shape()));
    }

    @Override
    public String toString() {
        return images + "@" + side;
    }
}
