package io.tesserae.loaders.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What must hold of a processor whatever the reference does; its values are compared in AutoImageProcessorTest. */
class ImageProcessorTest {

    private static ImageProcessor processor(TargetSize resize, ImageSize crop) {
        return processor(resize, Optional.ofNullable(crop).map(CenterCrop.AfterResize::new));
    }

    private static ImageProcessor processor(TargetSize resize, double across, double down) {
        return processor(resize, Optional.of(new CenterCrop.BeforeResize(across, down)));
    }

    private static ImageProcessor processor(TargetSize resize, Optional<? extends CenterCrop> crop) {
        return new ImageProcessor(
                new ImageProcessorConfig(
                        Optional.ofNullable(resize),
                        ResampleFilter.BICUBIC,
                        crop.map(kept -> kept),
                        1 / 255.0,
                        List.of(0.485, 0.456, 0.406),
                        List.of(0.229, 0.224, 0.225)),
                Engine.shared());
    }

    @Property(tries = 100)
    void theDefinitionInPlainLoopsGivesTheSameBits(
            @ForAll @IntRange(min = 1, max = 60) int width,
            @ForAll @IntRange(min = 1, max = 60) int height,
            @ForAll @IntRange(min = 1, max = 40) int resizedWidth,
            @ForAll @IntRange(min = 1, max = 40) int resizedHeight,
            @ForAll @IntRange(min = 1, max = 50) int cropWidth,
            @ForAll @IntRange(min = 1, max = 50) int cropHeight) {
        RgbImage picture = GeneratedPicture.of(0, 7, width, height);
        ImageProcessor processor =
                processor(new TargetSize.Exactly(resizedWidth, resizedHeight), new ImageSize(cropWidth, cropHeight));
        RgbImage resized = Resize.resize(picture, resizedWidth, resizedHeight, ResampleFilter.BICUBIC);
        int left = Math.floorDiv(resizedWidth - cropWidth, 2);
        int top = Math.floorDiv(resizedHeight - cropHeight, 2);
        Tensor pixels = processor.process(picture);
        assertArrayEquals(new int[] {3, cropHeight, cropWidth}, pixels.shape());
        for (int channel = 0; channel < 3; channel++) {
            float mean = processor.config().mean().get(channel).floatValue();
            float deviation =
                    processor.config().standardDeviation().get(channel).floatValue();
            for (int y = 0; y < cropHeight; y++) {
                for (int x = 0; x < cropWidth; x++) {
                    boolean inside =
                            x + left >= 0 && x + left < resizedWidth && y + top >= 0 && y + top < resizedHeight;
                    int value = inside ? resized.get(x + left, y + top, channel) : 0;
                    float expected = ((float) (value * (1 / 255.0)) - mean) / deviation;
                    assertEquals(expected, pixels.get(channel, y, x));
                }
            }
        }
    }

    @Property(tries = 100)
    void aCropBeforeTheResizeIsThatOfThePicture(
            @ForAll @IntRange(min = 4, max = 60) int width,
            @ForAll @IntRange(min = 4, max = 60) int height,
            @ForAll @IntRange(min = 1, max = 8) int quartersAcross,
            @ForAll @IntRange(min = 1, max = 8) int quartersDown) {
        RgbImage picture = GeneratedPicture.of(0, 7, width, height);
        int shorter = Math.min(width, height);
        ImageSize kept = new ImageSize(shorter * quartersAcross / 4, shorter * quartersDown / 4);
        int left = Math.floorDiv(width - kept.width(), 2);
        int top = Math.floorDiv(height - kept.height(), 2);
        byte[] cropped = new byte[kept.width() * kept.height() * 3];
        for (int y = 0, to = 0; y < kept.height(); y++) {
            for (int x = 0; x < kept.width(); x++) {
                boolean inside = x + left >= 0 && x + left < width && y + top >= 0 && y + top < height;
                for (int channel = 0; channel < 3; channel++, to++) {
                    cropped[to] = (byte) (inside ? picture.get(x + left, y + top, channel) : 0);
                }
            }
        }
        RgbImage middle = new RgbImage(kept.width(), kept.height(), cropped);
        for (TargetSize target :
                new TargetSize[] {null, new TargetSize.Exactly(13, 9), new TargetSize.Exactly(30, 50)}) {
            ImageProcessor processor = processor(target, quartersAcross / 4.0, quartersDown / 4.0);
            ImageProcessor uncropped = processor(target, (ImageSize) null);
            assertArrayEquals(
                    uncropped.process(middle).toArray(),
                    processor.process(picture).toArray());
            assertEquals(uncropped.outputSize(kept.width(), kept.height()), processor.outputSize(width, height));
            Region seen = new Region(left, top, kept.width(), kept.height());
            Region found = processor.seenRegion(width, height);
            assertEquals(seen.left(), found.left());
            assertEquals(seen.top(), found.top());
            assertEquals(seen.width(), found.width(), 1e-9);
            assertEquals(seen.height(), found.height(), 1e-9);
            ImageProcessor finer = processor.withSize(70, 80);
            assertEquals(new ImageSize(80, 70), finer.outputSize(width, height));
            assertEquals(seen.width(), finer.seenRegion(width, height).width(), 1e-9);
            assertArrayEquals(
                    uncropped.withSize(70, 80).process(middle).toArray(),
                    finer.process(picture).toArray());
        }
    }

    @Example
    void aCropBeforeTheResizeHasLimits() {
        ImageProcessor perceiver = processor(new TargetSize.Exactly(224, 224), 224 / 256.0, 224 / 256.0);
        assertEquals(new Region(110, 30, 420, 420), perceiver.seenRegion(640, 480));
        IllegalArgumentException tooSmall =
                assertThrows(IllegalArgumentException.class, () -> perceiver.process(GeneratedPicture.of(0, 1, 9, 1)));
        assertTrue(
                tooSmall.getMessage().contains("cannot be cropped to 0 x 0: the crop keeps 0.875 times"),
                tooSmall.getMessage());
        ImageProcessor wide = processor(new TargetSize.Exactly(224, 224), 4096, 4096);
        IllegalArgumentException tooLarge =
                assertThrows(IllegalArgumentException.class, () -> wide.process(GeneratedPicture.of(0, 1, 9, 9)));
        assertTrue(tooLarge.getMessage().contains("filled up with black to 36864 x 36864"), tooLarge.getMessage());
        assertThrows(IllegalArgumentException.class, () -> wide.outputSize(Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertEquals(new ImageSize(224, 224), perceiver.outputSize(40_000, 40_000));
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new CenterCrop.BeforeResize(wrong, 1));
            assertThrows(IllegalArgumentException.class, () -> new CenterCrop.BeforeResize(1, wrong));
        }
    }

    @Example
    void aBatchIsItsPicturesOneAfterTheOther() {
        ImageProcessor processor = processor(new TargetSize.Exactly(6, 5), (ImageSize) null);
        List<RgbImage> pictures = List.of(
                GeneratedPicture.of(0, 1, 30, 20), GeneratedPicture.of(1, 2, 6, 5), GeneratedPicture.of(2, 3, 3, 99));
        Tensor batch = processor.process(pictures);
        assertArrayEquals(new int[] {3, 3, 5, 6}, batch.shape());
        float[] pixels = new float[100 + 90];
        Arrays.fill(pixels, 42f);
        for (int i = 0; i < 3; i++) {
            float[] alone = processor.process(pictures.get(i)).toArray();
            assertArrayEquals(alone, Arrays.copyOfRange(batch.data(), i * 90, (i + 1) * 90));
            processor.process(pictures.get(i), pixels, 50);
            assertArrayEquals(alone, Arrays.copyOfRange(pixels, 50, 140));
            assertEquals(42f, pixels[49], "nothing is written before the offset");
            assertEquals(42f, pixels[140], "nor behind the values");
        }
        assertThrows(IndexOutOfBoundsException.class, () -> processor.process(pictures.get(0), pixels, 101));
        assertThrows(IndexOutOfBoundsException.class, () -> processor.process(pictures.get(0), pixels, -1));
    }

    @Example
    void picturesThatComeOutAtDifferentSizesMakeNoBatch() {
        ImageProcessor processor = processor(new TargetSize.ShortestEdge(10), (ImageSize) null);
        List<RgbImage> pictures = List.of(GeneratedPicture.of(0, 1, 20, 30), GeneratedPicture.of(0, 1, 40, 20));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> processor.process(pictures));
        assertTrue(e.getMessage().contains("picture 0 comes out at 10 x 15 pixels and picture 1 at 20 x 10"));
        assertThrows(IllegalArgumentException.class, () -> processor.process(List.of()));
    }

    @Example
    void theModelSeesAllOfThePictureWithoutACrop() {
        ImageProcessor processor = processor(new TargetSize.Exactly(224, 224), (ImageSize) null);
        assertEquals(new Region(0, 0, 640, 480), processor.seenRegion(640, 480));
    }

    @Example
    void theModelSeesTheMiddleWithACrop() {
        ImageProcessor deit = processor(new TargetSize.Exactly(256, 256), new ImageSize(224, 224));
        assertEquals(new Region(64, 32, 896, 448), deit.seenRegion(1024, 512));
        ImageProcessor dino = processor(new TargetSize.ShortestEdge(256), new ImageSize(224, 224));
        assertEquals(new ImageSize(224, 224), dino.outputSize(1024, 512));
        assertEquals(new Region(288, 32, 448, 448), dino.seenRegion(1024, 512));
    }

    @Example
    void aCropThatIsTooLargeReachesOverTheEdge() {
        ImageProcessor processor = processor(new TargetSize.Exactly(20, 20), new ImageSize(24, 30));
        assertEquals(new Region(-4, -10, 48, 60), processor.seenRegion(40, 40));
    }

    @Property(tries = 100)
    void aFinerOutputShowsTheSameRegion(
            @ForAll @IntRange(min = 1, max = 5) int factor,
            @ForAll @IntRange(min = 200, max = 900) int width,
            @ForAll @IntRange(min = 200, max = 900) int height) {
        for (TargetSize target : List.of(
                new TargetSize.Exactly(256, 288),
                new TargetSize.ShortestEdge(256),
                new TargetSize.EdgesUpTo(256, 5000),
                new TargetSize.Within(900, 600))) {
            ImageProcessor coarse = processor(target, new ImageSize(224, 192));
            ImageProcessor fine = coarse.withSize(192 * factor, 224 * factor);
            assertEquals(new ImageSize(224 * factor, 192 * factor), fine.outputSize(width, height));
            Region expected = coarse.seenRegion(width, height);
            Region actual = fine.seenRegion(width, height);
            // One pixel of the resized picture, by which sides and offsets are rounded, is at most so many of the
            // source
            double tolerance = 2.0 * Math.max(width, height) / 192 + 1;
            assertEquals(expected.left(), actual.left(), tolerance, target.toString());
            assertEquals(expected.top(), actual.top(), tolerance, target.toString());
            assertEquals(expected.width(), actual.width(), tolerance, target.toString());
            assertEquals(expected.height(), actual.height(), tolerance, target.toString());
        }
    }

    @Example
    void anotherSizeWithoutACropIsExactlyThatSize() {
        for (TargetSize target :
                new TargetSize[] {null, new TargetSize.ShortestEdge(8), new TargetSize.Exactly(8, 8)}) {
            assertEquals(
                    new ImageSize(20, 10),
                    processor(target, (ImageSize) null).withSize(10, 20).outputSize(33, 77));
        }
        assertEquals(
                new Region(0, 5, 20, 10),
                processor(null, new ImageSize(4, 4)).withSize(10, 20).seenRegion(20, 20));
    }

    @Example
    void whatCannotBeDoneIsSaid() {
        ImageProcessor processor = processor(new TargetSize.Within(10, 10), (ImageSize) null);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> processor.outputSize(1000, 1));
        assertTrue(e.getMessage().contains("too long and narrow"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> processor(new TargetSize.ShortestEdge(16_384), (ImageSize) null)
                        .process(GeneratedPicture.of(0, 1, 1, 9999)));
        assertThrows(IllegalArgumentException.class, () -> processor.withSize(0, 10));
        assertThrows(IllegalArgumentException.class, () -> processor.outputSize(0, 10));
    }
}
