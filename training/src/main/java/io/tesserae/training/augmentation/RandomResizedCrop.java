package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.Resize;

/**
 * Some part of a picture, brought to one size: torchvision's {@code RandomResizedCrop}. How large the part is and
 * what shape it has is drawn, at most ten times until it fits into the picture; then where it lies. If nothing fits,
 * it is the largest part in the middle whose shape is allowed.
 *
 * @param size of the result
 * @param scale what share of the picture's area the part has, above 0
 * @param ratio the part's width divided by its height, above 0
 * @param resample how it is brought to the size, as Pillow does
 * @see <a href="https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py">get_params in
 *     torchvision</a>
 */
public record RandomResizedCrop(ImageSize size, Range scale, Range ratio, ResampleFilter resample)
        implements Augmentation {

    /** From three quarters as wide as high to four thirds: what everybody uses. */
    public static final Range USUAL_RATIO = new Range(3 / 4.0, 4 / 3.0);

    private static final int TRIES = 10;

    /** Checks that the ranges are above 0. */
    public RandomResizedCrop {
        Arguments.require(size, "size");
        Arguments.require(scale, "scale").requirePositive("scale");
        Arguments.require(ratio, "ratio").requirePositive("ratio");
        Arguments.require(resample, "resample");
    }

    /** The usual one: shapes up to 4:3, resampled bicubically, as DeiT and DINO have it. */
    public static RandomResizedCrop bicubic(ImageSize size, Range scale) {
        return new RandomResizedCrop(size, scale, USUAL_RATIO, ResampleFilter.BICUBIC);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomNumbers random) {
        Crop crop = crop(image.width(), image.height(), random);
        return Resize.resize(crop.of(image), size.width(), size.height(), resample);
    }

    /** Which part of a picture. */
    Crop crop(int width, int height, RandomNumbers random) {
        double area = (double) width * height;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            double targetArea = area * random.in(scale);
            double shape = random.logarithmicallyIn(ratio);
            // Halves to the even side, as Python's round
            int cropWidth = (int) Math.rint(Math.sqrt(targetArea * shape));
            int cropHeight = (int) Math.rint(Math.sqrt(targetArea / shape));
            if (0 < cropWidth && cropWidth <= width && 0 < cropHeight && cropHeight <= height) {
                int top = random.below(height - cropHeight + 1);
                int left = random.below(width - cropWidth + 1);
                return new Crop(left, top, cropWidth, cropHeight);
            }
        }
        return middle(width, height);
    }

    private Crop middle(int width, int height) {
        double shape = (double) width / height;
        int cropWidth = shape > ratio.to() ? atLeast1(height * ratio.to()) : width;
        int cropHeight = shape < ratio.from() ? atLeast1(width / ratio.from()) : height;
        return new Crop((width - cropWidth) / 2, (height - cropHeight) / 2, cropWidth, cropHeight);
    }

    /** Extreme ratios would leave nothing, and torchvision then fails. */
    private static int atLeast1(double side) {
        return Math.max(1, (int) Math.rint(side));
    }
}
