package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ImageBatchTest {

    @Property(tries = 50)
    void picturesOfOneSizeAreTheTensorsSlices(
            @ForAll @IntRange(min = 1, max = 5) int images,
            @ForAll @IntRange(min = 1, max = 4) int channels,
            @ForAll @IntRange(min = 1, max = 9) int height,
            @ForAll @IntRange(min = 1, max = 9) int width) {
        Tensor pixelValues = Tensor.zeros(images, channels, height, width);
        for (int i = 0; i < pixelValues.size(); i++) {
            pixelValues.data()[i] = i;
        }
        ImageBatch batch = ImageBatch.of(pixelValues);
        assertEquals(images, batch.images());
        for (int image = 0; image < images; image++) {
            Tensor picture = batch.pixelValues(image);
            assertArrayEquals(new int[] {channels, height, width}, picture.shape());
            assertEquals(
                    pixelValues.get(image, channels - 1, height - 1, width - 1),
                    picture.get(channels - 1, height - 1, width - 1));
            assertEquals(pixelValues.get(image, 0, 0, 0), picture.get(0, 0, 0));
        }
    }

    @Test
    void whatIsNoPictureIsRefused() {
        assertRefused("[images, channels, height, width]", () -> ImageBatch.of(Tensor.zeros(4, 4)));
        assertEquals(1, ImageBatch.of(Tensor.zeros(3, 4, 4)).images(), "one picture is a batch too");
        assertRefused("a picture at least", () -> ImageBatch.of(Tensor.zeros(0, 3, 4, 4)));
        assertRefused("a picture at least", () -> ImageBatch.of(List.of()));
        assertRefused("1 or more", () -> ImageBatch.of(Tensor.zeros(2, 3, 0, 4)));
        assertRefused("[channels, height, width]", () -> ImageBatch.of(List.of(Tensor.zeros(1, 3, 4, 4))));
        assertRefused("1 or more", () -> ImageBatch.of(List.of(Tensor.zeros(3, 4, 0))));
    }

    @Test
    void theListIsTheBatchsOwn() {
        List<Tensor> pictures = new ArrayList<>(List.of(Tensor.zeros(3, 2, 2)));
        ImageBatch batch = ImageBatch.of(pictures);
        pictures.add(Tensor.zeros(3, 5, 5));
        assertEquals(1, batch.images());
    }

    private static void assertRefused(String why, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(why), message);
    }
}
