package io.tesserae.training.augmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultiCropTest {

    private static final MultiCrop CROPS = MultiCrop.of(new ImageSize(32, 24), new ImageSize(12, 8), 3);
    private static final RgbImage PICTURE = GeneratedPicture.of(2, 5, 70, 50);

    /** Another checksum means that a run with the same seed has other weights. */
    @Test
    void cropsAreTheSameBytesOnEveryMachine() {
        List<Long> checksums = CROPS.of(PICTURE, 42, 1, 7).stream()
                .map(crop -> GeneratedPicture.crc(crop.pixels()))
                .toList();
        assertEquals(List.of(2184898609L, 2642352446L, 712710365L, 3401105400L, 507545024L), checksums);
    }

    @Test
    void theOrderInWhichPicturesArePreparedDoesNotCount() {
        byte[][] alone = IntStream.range(0, 64)
                .mapToObj(example -> CROPS.of(PICTURE, 1, 0, example).getLast().pixels())
                .toArray(byte[][]::new);
        byte[][] together = IntStream.range(0, 64)
                .parallel()
                .mapToObj(example -> CROPS.of(PICTURE, 1, 0, example).getLast().pixels())
                .toArray(byte[][]::new);
        assertArrayEquals(alone, together);
    }

    @Test
    void globalCropsComeFirstAndAllDiffer() {
        List<RgbImage> crops = CROPS.of(PICTURE, 1, 0, 0);
        assertEquals(CROPS.crops(), crops.size());
        Set<String> different = new HashSet<>();
        for (int crop = 0; crop < crops.size(); crop++) {
            assertEquals(crop < 2 ? 32 : 12, crops.get(crop).width());
            assertEquals(crop < 2 ? 24 : 8, crops.get(crop).height());
            assertTrue(different.add(Arrays.toString(crops.get(crop).pixels())));
        }
        assertFalse(Arrays.equals(
                crops.getFirst().pixels(), CROPS.of(PICTURE, 1, 1, 0).getFirst().pixels()));
    }

    @Test
    void thePictureStaysAsItIs() {
        byte[] before = PICTURE.pixels().clone();
        CROPS.of(PICTURE, 3, 0, 0);
        assertArrayEquals(before, PICTURE.pixels());
    }

    @Test
    void whatCannotBeIsRefused() {
        ImageSize size = new ImageSize(8, 8);
        assertThrows(IllegalArgumentException.class, () -> MultiCrop.of(size, size, -1));
        assertThrows(IllegalArgumentException.class, () -> MultiCrop.of(null, size, 1));
        Range none = new Range(0, 1);
        assertThrows(IllegalArgumentException.class, () -> new MultiCrop(size, none, size, new Range(0.1, 1), 1));
    }
}
