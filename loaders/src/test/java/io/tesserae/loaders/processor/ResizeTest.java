package io.tesserae.loaders.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every byte as Pillow's; and what must hold whatever Pillow does. */
class ResizeTest {

    /** More cases can be had with {@code make_resize_cases.py --many 5000 --out FILE} and {@code -Dtesserae.resizeCases=FILE}. */
    private static final Path CASES = Path.of(System.getProperty(
            "tesserae.resizeCases",
            Path.of("..", "testdata", "resize-cases.json").toString()));

    @Example
    void everyByteIsPillows() throws Exception {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonElement element :
                JsonParser.parseString(Files.readString(CASES)).getAsJsonArray()) {
            JsonArray resize = element.getAsJsonArray();
            RgbImage picture = GeneratedPicture.of(
                    resize.get(0).getAsInt(),
                    resize.get(1).getAsInt(),
                    resize.get(2).getAsInt(),
                    resize.get(3).getAsInt());
            RgbImage resized = Resize.resize(
                    picture,
                    resize.get(4).getAsInt(),
                    resize.get(5).getAsInt(),
                    ResampleFilter.of(resize.get(6).getAsInt()));
            if (GeneratedPicture.crc(resized.pixels()) != resize.get(7).getAsLong()) {
                wrong.add(resize.toString());
            }
            compared++;
        }
        assertTrue(compared >= 50, "hardly any cases");
        assertEquals(List.of(), wrong);
    }

    @Property(tries = 150)
    void aWindowIsACropOfTheWhole(
            @ForAll @IntRange(min = 1, max = 90) int width,
            @ForAll @IntRange(min = 1, max = 90) int height,
            @ForAll @IntRange(min = 1, max = 90) int newWidth,
            @ForAll @IntRange(min = 1, max = 90) int newHeight,
            @ForAll ResampleFilter filter,
            @ForAll @IntRange(max = 89) int left,
            @ForAll @IntRange(max = 89) int top) {
        RgbImage picture = GeneratedPicture.of(0, left, width, height);
        RgbImage whole = Resize.resize(picture, newWidth, newHeight, filter);
        int x = left % newWidth;
        int y = top % newHeight;
        Window window = new Window(x, y, 1 + (newWidth - x - 1) / 2, 1 + (newHeight - y - 1) / 3);
        RgbImage part = Resize.resize(picture, new ImageSize(newWidth, newHeight), filter, window, Engine.shared());
        assertEquals(window.width(), part.width());
        assertEquals(window.height(), part.height());
        for (int row = 0; row < part.height(); row++) {
            for (int column = 0; column < part.width(); column++) {
                for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
                    assertEquals(whole.get(x + column, y + row, channel), part.get(column, row, channel));
                }
            }
        }
    }

    @Property(tries = 30)
    void threadsAndScalarKernelsGiveTheSameBytes(
            @ForAll @IntRange(min = 1, max = 400) int width,
            @ForAll @IntRange(min = 1, max = 400) int height,
            @ForAll @IntRange(min = 1, max = 300) int newWidth,
            @ForAll @IntRange(min = 1, max = 300) int newHeight,
            @ForAll ResampleFilter filter) {
        RgbImage picture = GeneratedPicture.of(1, 5, width, height);
        ImageSize size = new ImageSize(newWidth, newHeight);
        try (Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine three = Engine.builder().threads(3).build()) {
            assertArrayEquals(
                    Resize.resize(picture, size, filter, Window.whole(size), scalar)
                            .pixels(),
                    Resize.resize(picture, size, filter, Window.whole(size), three)
                            .pixels());
        }
    }

    @Property(tries = 50)
    void oneColourStaysThatColour(
            @ForAll @IntRange(min = 1, max = 60) int width,
            @ForAll @IntRange(min = 1, max = 60) int newWidth,
            @ForAll @IntRange(min = 1, max = 60) int newHeight,
            @ForAll ResampleFilter filter,
            @ForAll byte colour) {
        byte[] pixels = new byte[width * 7 * RgbImage.CHANNELS];
        java.util.Arrays.fill(pixels, colour);
        RgbImage resized = Resize.resize(new RgbImage(width, 7, pixels), newWidth, newHeight, filter);
        for (byte value : resized.pixels()) {
            assertEquals(colour, value);
        }
    }

    @Example
    void theSameSizeIsTheSamePicture() {
        RgbImage picture = GeneratedPicture.of(0, 1, 20, 30);
        for (ResampleFilter filter : ResampleFilter.values()) {
            assertSame(picture, Resize.resize(picture, 20, 30, filter));
        }
    }

    @Example
    void wrongSizesAndNumbersAreRefused() {
        RgbImage picture = GeneratedPicture.of(0, 1, 2, 3);
        assertThrows(IllegalArgumentException.class, () -> Resize.resize(picture, 0, 5, ResampleFilter.BOX));
        assertThrows(IllegalArgumentException.class, () -> Resize.resize(picture, 5, -1, ResampleFilter.BOX));
        assertThrows(
                IllegalArgumentException.class, () -> Resize.resize(picture, 100_000, 100_000, ResampleFilter.BICUBIC));
        assertThrows(IllegalArgumentException.class, () -> ResampleFilter.of(6));
        assertThrows(IllegalArgumentException.class, () -> ResampleFilter.of(-1));
        assertEquals(ResampleFilter.BICUBIC, ResampleFilter.of(3));
        assertEquals(ResampleFilter.HAMMING, ResampleFilter.of(5));
    }
}
