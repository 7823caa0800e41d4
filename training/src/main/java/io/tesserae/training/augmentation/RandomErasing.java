package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;

/**
 * Some pictures with a rectangle missing, as DeiT is trained: Zhong et al., <i>Random erasing data augmentation</i>,
 * 2020. The rectangle is drawn as torchvision's {@code RandomErasing} draws it, at most ten times until it fits. It
 * is filled with numbers of the normal distribution, so it comes last, after the {@linkplain PixelNormalization
 * normalisation}.
 *
 * @param probability of that, 0 to 1; DeiT's is 0.25
 * @param scale what share of the area is missing, above 0
 * @param ratio the rectangle's height divided by its width, above 0
 */
public record RandomErasing(double probability, Range scale, Range ratio) {

    private static final int TRIES = 10;

    /** Checks the probability and the ranges. */
    public RandomErasing {
        RandomNumbers.requireProbability(probability);
        Arguments.require(scale, "scale").requirePositive("scale");
        Arguments.require(ratio, "ratio").requirePositive("ratio");
    }

    /** With DeiT's ranges: 2 to 33 hundredths of the area, and up to 10:3 in shape. */
    public static RandomErasing usual(double probability) {
        return new RandomErasing(probability, new Range(0.02, 1 / 3.0), new Range(0.3, 1 / 0.3));
    }

    /**
     * Erases a rectangle of a picture's values, or nothing.
     *
     * @param pixels [3, height, width], from {@code offset} on
     */
    public void apply(float[] pixels, int offset, int height, int width, RandomNumbers random) {
        if (!random.chance(probability)) {
            return;
        }
        double area = (double) height * width;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            double erased = area * random.in(scale);
            double shape = random.logarithmicallyIn(ratio);
            int erasedHeight = (int) Math.rint(Math.sqrt(erased * shape));
            int erasedWidth = (int) Math.rint(Math.sqrt(erased / shape));
            if (erasedHeight < height && erasedWidth < width) {
                int top = random.below(height - erasedHeight + 1);
                int left = random.below(width - erasedWidth + 1);
                Crop rectangle = new Crop(left, top, erasedWidth, erasedHeight);
                for (int channel = 0; channel < 3; channel++) {
                    fill(rectangle, pixels, offset + channel * height * width, width, random);
                }
                return;
            }
        }
    }

    private static void fill(Crop rectangle, float[] plane, int offset, int width, RandomNumbers random) {
        for (int y = rectangle.top(); y < rectangle.top() + rectangle.height(); y++) {
            for (int x = rectangle.left(); x < rectangle.left() + rectangle.width(); x++) {
                plane[offset + y * width + x] = (float) random.normal();
            }
        }
    }
}
