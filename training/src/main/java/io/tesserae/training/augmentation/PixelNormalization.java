package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * From the bytes of a picture that has its size to the values that a model is fed: rescaled, then normalised by the
 * checkpoint's mean and standard deviation. The very values that {@link ImageProcessor} gives in inference.
 */
public final class PixelNormalization {

    private final ImageProcessor processor;

    private PixelNormalization(ImageProcessor processor) {
        this.processor = processor;
    }

    /** As a checkpoint's pictures are normalised; its size and its crop are left aside. */
    public static PixelNormalization of(ImageProcessorConfig config) {
        Arguments.require(config, "config");
        ImageProcessorConfig valuesAlone = new ImageProcessorConfig(
                Optional.empty(),
                ResampleFilter.BICUBIC,
                Optional.empty(),
                config.rescaleFactor(),
                config.mean(),
                config.standardDeviation());
        return new PixelNormalization(new ImageProcessor(valuesAlone, Engine.shared()));
    }

    /** A picture's values: [3, height, width]. */
    public Tensor apply(RgbImage image) {
        return processor.process(image);
    }

    /**
     * A picture's values, in memory that is already there.
     *
     * @param pixels receives [3, height, width], from {@code offset} on
     * @throws IndexOutOfBoundsException if there is not so much room
     */
    public void write(RgbImage image, float[] pixels, int offset) {
        processor.process(image, pixels, offset);
    }
}
