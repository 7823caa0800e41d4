package io.tesserae.training.augmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TargetSize;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What must hold whatever Pillow does. */
class AugmentationTest {

    private static final RgbImage PICTURE = GeneratedPicture.of(0, 3, 20, 16);

    private static RandomNumbers random(long seed) {
        return RandomNumbers.of(seed, 0, 0, 0);
    }

    @Property(tries = 500)
    void cropsLieInsideThePicture(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 300) int width,
            @ForAll @IntRange(min = 1, max = 300) int height) {
        Crop crop = RandomResizedCrop.bicubic(new ImageSize(8, 8), new Range(0.05, 1))
                .crop(width, height, random(seed));
        assertTrue(crop.left() >= 0 && crop.left() + crop.width() <= width, crop::toString);
        assertTrue(crop.top() >= 0 && crop.top() + crop.height() <= height, crop::toString);
        assertTrue(crop.width() >= 1 && crop.height() >= 1, crop::toString);
    }

    @Example
    void aProbabilityIsHowOftenItHappens() {
        int flips = 0;
        int applied = 0;
        Augmentation sometimes = new RandomHorizontalFlip(1).withProbability(0.2);
        for (int seed = 0; seed < 1000; seed++) {
            flips += new RandomHorizontalFlip(0.5).apply(PICTURE, random(seed)) == PICTURE ? 0 : 1;
            applied += sometimes.apply(PICTURE, random(seed)) == PICTURE ? 0 : 1;
        }
        assertEquals(500, flips, 60);
        assertEquals(200, applied, 50);
        assertSame(PICTURE, new Solarize(0, 128).apply(PICTURE, random(1)));
        assertSame(PICTURE, new RandomGrayscale(0).apply(PICTURE, random(1)));
        assertSame(PICTURE, GaussianBlur.upTo2(0).apply(PICTURE, random(1)));
    }

    @Example
    void stepsComeInTheirOrder() {
        Augmentation inverted = new Solarize(1, 0);
        Augmentation half = new Solarize(1, 128);
        RgbImage bright = new RgbImage(1, 1, new byte[] {(byte) 200, (byte) 200, (byte) 200});
        assertEquals(
                55,
                Augmentation.inOrder(List.of(inverted, half))
                        .apply(bright, random(1))
                        .get(0, 0, 0));
        assertEquals(
                200,
                Augmentation.inOrder(List.of(half, inverted))
                        .apply(bright, random(1))
                        .get(0, 0, 0));
    }

    @Example
    void aJitterOfNothingChangesNothing() {
        assertSame(PICTURE, ColorJitter.of(0, 0, 0, 0).apply(PICTURE, random(1)));
    }

    @Example
    void theOrderOfAJitterIsDrawn() {
        ColorJitter fixed = new ColorJitter(new Range(2, 2), new Range(0.3, 0.3), new Range(1, 1), new Range(0, 0));
        RgbImage brighterFirst = ColorAdjustment.CONTRAST.apply(ColorAdjustment.BRIGHTNESS.apply(PICTURE, 2), 0.3);
        RgbImage contrastFirst = ColorAdjustment.BRIGHTNESS.apply(ColorAdjustment.CONTRAST.apply(PICTURE, 0.3), 2);
        assertNotEquals(Arrays.toString(brighterFirst.pixels()), Arrays.toString(contrastFirst.pixels()));
        int first = 0;
        for (int seed = 0; seed < 200; seed++) {
            byte[] pixels = fixed.apply(PICTURE, random(seed)).pixels();
            boolean isFirst = Arrays.equals(brighterFirst.pixels(), pixels);
            assertTrue(isFirst || Arrays.equals(contrastFirst.pixels(), pixels));
            first += isFirst ? 1 : 0;
        }
        assertEquals(100, first, 35);
    }

    @Property(tries = 200)
    void whatIsErasedIsOneRectangleOfTheRightSize(@ForAll long seed) {
        int height = 40;
        int width = 30;
        float[] pixels = new float[2 + 3 * height * width];
        Arrays.fill(pixels, 100);
        RandomErasing.usual(1).apply(pixels, 2, height, width, random(seed));
        int erased = 0;
        int left = width;
        int right = 0;
        int top = height;
        int bottom = 0;
        for (int pixel = 0; pixel < height * width; pixel++) {
            boolean isErased = pixels[2 + pixel] != 100;
            for (int channel = 1; channel < 3; channel++) {
                assertEquals(isErased, pixels[2 + channel * height * width + pixel] != 100);
            }
            if (isErased) {
                erased++;
                left = Math.min(left, pixel % width);
                right = Math.max(right, pixel % width + 1);
                top = Math.min(top, pixel / width);
                bottom = Math.max(bottom, pixel / width + 1);
            }
        }
        assertEquals((right - left) * (bottom - top), erased);
        assertEquals(0.18 * height * width, erased, 0.17 * height * width);
        assertEquals(100, pixels[0]);
    }

    @Example
    void valuesAreThoseOfInference() {
        ImageProcessorConfig config = new ImageProcessorConfig(
                Optional.of(new TargetSize.Exactly(20, 16)),
                ResampleFilter.BICUBIC,
                Optional.empty(),
                1 / 255.0,
                List.of(0.485, 0.456, 0.406),
                List.of(0.229, 0.224, 0.225));
        PixelNormalization normalization = PixelNormalization.of(config);
        float[] expected =
                new ImageProcessor(config, Engine.shared()).process(PICTURE).data();
        assertArrayEquals(expected, normalization.apply(PICTURE).data());
        float[] pixels = new float[expected.length + 5];
        normalization.write(PICTURE, pixels, 5);
        assertArrayEquals(expected, Arrays.copyOfRange(pixels, 5, pixels.length));
    }

    @Example
    void whatIsOutOfRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RandomHorizontalFlip(1.1));
        assertThrows(IllegalArgumentException.class, () -> new RandomGrayscale(-0.1));
        assertThrows(IllegalArgumentException.class, () -> new Solarize(1, 257));
        assertThrows(IllegalArgumentException.class, () -> new GaussianBlur(1, new Range(-1, 1)));
        assertThrows(IllegalArgumentException.class, () -> new GaussianBlur(1, new Range(0, 101)));
        assertThrows(IllegalArgumentException.class, () -> ColorJitter.of(0.4, 0.4, 0.4, 0.6));
        assertThrows(IllegalArgumentException.class, () -> ColorJitter.of(Double.NaN, 0, 0, 0));
        ImageSize size = new ImageSize(8, 8);
        assertThrows(IllegalArgumentException.class, () -> RandomResizedCrop.bicubic(size, new Range(0, 1)));
        assertThrows(IllegalArgumentException.class, () -> new RandomHorizontalFlip(1).withProbability(2));
        assertThrows(IllegalArgumentException.class, () -> new RandomErasing(0.25, new Range(0, 1), new Range(1, 1)));
    }
}
