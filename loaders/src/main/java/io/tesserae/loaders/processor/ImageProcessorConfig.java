package io.tesserae.loaders.processor;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link ImageProcessor} does, in the order in which it does it; only the crop may come before the rest.
 *
 * @param resize to what size pictures are brought; empty if they stay as they are
 * @param resample how
 * @param centerCrop which part from the middle is kept, and whether it is cut out after resizing or before; empty if all is
 *     kept
 * @param rescaleFactor what the values 0 to 255 are multiplied by; 1 if they are not
 * @param mean what is then subtracted, for red, green and blue; zeros if nothing is
 * @param standardDeviation what the difference is divided by, for red, green and blue; ones if it is not
 */
public record ImageProcessorConfig(
        Optional<TargetSize> resize,
        ResampleFilter resample,
        Optional<CenterCrop> centerCrop,
        double rescaleFactor,
        List<Double> mean,
        List<Double> standardDeviation) {

    /** Checks that there is a number for each channel, and that all results are numbers. */
    public ImageProcessorConfig {
        Arguments.require(resize, "resize");
        Arguments.require(resample, "resample");
        Arguments.require(centerCrop, "centerCrop");
        mean = List.copyOf(Arguments.requireAll(mean, "mean"));
        standardDeviation = List.copyOf(Arguments.requireAll(standardDeviation, "standardDeviation"));
        PixelValues.check(rescaleFactor, mean, standardDeviation);
    }
}
