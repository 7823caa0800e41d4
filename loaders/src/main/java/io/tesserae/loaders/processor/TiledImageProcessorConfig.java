package io.tesserae.loaders.processor;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link TiledImageProcessor} does.
 *
 * @param resize to what size pictures are brought first; empty if they stay as they are
 * @param resample how, in this and all later steps
 * @param splitting whether pictures are cut into tiles; else each is brought to the size of one tile, whatever its shape
 * @param tileSide how high and wide a tile is, in pixels; 1 or more
 * @param rescaleFactor what the values 0 to 255 are multiplied by; 1 if they are not
 * @param mean what is then subtracted, for red, green and blue; zeros if nothing is
 * @param standardDeviation what the difference is divided by, for red, green and blue; ones if it is not
 */
public record TiledImageProcessorConfig(
        Optional<TargetSize> resize,
        ResampleFilter resample,
        boolean splitting,
        int tileSide,
        double rescaleFactor,
        List<Double> mean,
        List<Double> standardDeviation) {

    /** Checks that there is a number for each channel, and that all results are numbers. */
    public TiledImageProcessorConfig {
        Arguments.require(resize, "resize");
        Arguments.require(resample, "resample");
        if (tileSide < 1) {
            throw new IllegalArgumentException("tileSide: expected 1 or more pixels, found " + tileSide);
        }
        mean = List.copyOf(Arguments.requireAll(mean, "mean"));
        standardDeviation = List.copyOf(Arguments.requireAll(standardDeviation, "standardDeviation"));
        PixelValues.check(rescaleFactor, mean, standardDeviation);
    }
}
