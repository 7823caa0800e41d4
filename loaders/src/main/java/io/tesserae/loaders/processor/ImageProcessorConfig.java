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
 * @param rescalesFirst whether pictures are rescaled before they are resized, so that nothing is rounded to a byte between; then {@code
 *     resample} is bilinear or bicubic, with PyTorch's results and not Pillow's, and nothing is cropped
 */
public record ImageProcessorConfig(
        Optional<TargetSize> resize,
        ResampleFilter resample,
        Optional<CenterCrop> centerCrop,
        double rescaleFactor,
        List<Double> mean,
        List<Double> standardDeviation,
        boolean rescalesFirst) {

    /** Checks that there is a number for each channel, that all results are numbers, and that what comes first can. */
    public ImageProcessorConfig {
        Arguments.require(resize, "resize");
        Arguments.require(resample, "resample");
        Arguments.require(centerCrop, "centerCrop");
        mean = List.copyOf(Arguments.requireAll(mean, "mean"));
        standardDeviation = List.copyOf(Arguments.requireAll(standardDeviation, "standardDeviation"));
        PixelValues.check(rescaleFactor, mean, standardDeviation);
        boolean smooth = resample == ResampleFilter.BILINEAR || resample == ResampleFilter.BICUBIC;
        if (rescalesFirst && (!smooth || centerCrop.isPresent())) {
            throw new IllegalArgumentException("pictures that are rescaled before they are resized: expected "
                    + ResampleFilter.BILINEAR + " or " + ResampleFilter.BICUBIC + " and no crop, found " + resample
                    + " and " + centerCrop);
        }
    }

    /** What resizes bytes, as most do. */
    public ImageProcessorConfig(
            Optional<TargetSize> resize,
            ResampleFilter resample,
            Optional<CenterCrop> centerCrop,
            double rescaleFactor,
            List<Double> mean,
            List<Double> standardDeviation) {
        this(resize, resample, centerCrop, rescaleFactor, mean, standardDeviation, false);
    }
}
