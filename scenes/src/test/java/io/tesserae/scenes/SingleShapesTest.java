package io.tesserae.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.scenes.SingleShapes.Split;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleShapesTest {

    private static final int SHAPES = Shape.values().length;

    /** What features are measured on: another checksum means other pictures, and another table. */
    @Test
    void picturesAreTheSameBytesOnEveryMachine() {
        CRC32 checksum = new CRC32();
        for (int number = 0; number < 200; number++) {
            checksum.update(SingleShapes.draw(5, Split.TEST, number).pixels());
        }
        assertEquals(522012041L, checksum.getValue());
    }

    @Property(tries = 200)
    void thereIsOneThingAndItsShapeIsTheLabel(
            @ForAll long seed, @ForAll Split split, @ForAll @IntRange(min = 0) int number) {
        Scene scene = SingleShapes.draw(seed, split, number);
        assertEquals(1, scene.things().size());
        Thing thing = scene.things().getFirst();
        assertEquals(thing.description(), scene.sentence().things().getFirst());
        assertEquals(Shape.values()[number % SHAPES].words(), SingleShapes.label(scene));
        Box box = Box.around(thing.mask());
        assertEquals(thing.description().size() == Size.SMALL, box.height() < 20);
    }

    @Test
    void splitsAndSeedsHaveNoPictureInCommon() {
        Set<String> pictures = new HashSet<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (int number = 0; number < 64; number++) {
                for (Split split : Split.values()) {
                    byte[] pixels = SingleShapes.draw(seed, split, number).pixels();
                    assertTrue(pictures.add(Arrays.toString(pixels)));
                }
            }
        }
    }

    @Test
    void aNumberBelow0IsRefused() {
        assertThrows(IllegalArgumentException.class, () -> SingleShapes.draw(1, Split.TRAIN, -1));
    }

    @Test
    void everyLabelHasAFolderAndAsManyPictures(@TempDir Path folder) throws Exception {
        SingleShapes.main(
                new String[] {folder.toString(), Integer.toString(2 * SHAPES), Integer.toString(SHAPES), "9"});
        TreeMap<String, Long> counts = new TreeMap<>();
        try (var files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> counts.merge(
                            folder.relativize(file.getParent()).toString().replace('\\', '/'), 1L, Long::sum));
        }
        assertEquals(2 * SHAPES, counts.size());
        for (Shape shape : Shape.values()) {
            assertEquals(2, counts.get("train/" + shape.words()));
            assertEquals(1, counts.get("test/" + shape.words()));
        }
    }

    @Test
    void whatIsInTheFileIsWhatWasDrawn(@TempDir Path folder) throws Exception {
        SingleShapes.write(folder, 9, Split.TRAIN, 1);
        BufferedImage read = ImageIO.read(folder.resolve("train/circle/0.png").toFile());
        byte[] pixels = new byte[Scene.SIDE * Scene.SIDE * 3];
        for (int at = 0; at < pixels.length; at += 3) {
            int rgb = read.getRGB(at / 3 % Scene.SIDE, at / 3 / Scene.SIDE);
            pixels[at] = (byte) (rgb >> 16);
            pixels[at + 1] = (byte) (rgb >> 8);
            pixels[at + 2] = (byte) rgb;
        }
        assertArrayEquals(SingleShapes.draw(9, Split.TRAIN, 0).pixels(), pixels);
    }
}
