package io.tesserae.examples.generalist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GifFileTest {

    private static final List<BufferedImage> PICTURES =
            List.of(picture(0xFF0000), picture(0x00FF00), picture(0x0000FF));

    @TempDir
    private Path folder;

    private static BufferedImage picture(int rgb) {
        BufferedImage picture = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 200; pixel++) {
            picture.setRGB(pixel % 20, pixel / 20, rgb);
        }
        return picture;
    }

    @Test
    void picturesAreReadBackInOrder() throws IOException {
        Path file = folder.resolve("three.gif");
        // What was there before is gone.
        Files.write(file, new byte[100_000]);
        GifFile.write(file, PICTURES, Duration.ofMillis(40));
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            reader.setInput(stream);
            assertEquals(3, reader.getNumImages(true));
            for (int i = 0; i < 3; i++) {
                assertEquals(PICTURES.get(i).getRGB(7, 7), reader.read(i).getRGB(7, 7));
                var tree = (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
                var control = (IIOMetadataNode)
                        tree.getElementsByTagName("GraphicControlExtension").item(0);
                assertEquals("4", control.getAttribute("delayTime"));
            }
        } finally {
            reader.dispose();
        }
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertTrue(bytes.startsWith("GIF89a") && bytes.length() < 10_000);
        assertTrue(bytes.contains("NETSCAPE2.0\u0003\u0001\u0000\u0000\u0000"), "it repeats for ever");
    }

    /** Not a colour is changed where 256 are enough, and none by much where they are not. */
    @Test
    void coloursStayWhatTheyAre() throws IOException {
        for (int colours : new int[] {2, 256, 300}) {
            BufferedImage picture = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 400; pixel++) {
                int number = pixel % colours;
                picture.setRGB(pixel % 20, pixel / 20, number * 0x10000 / 2 & 0xFF0000 | 0x3300 | number & 0xFF);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            GifFile.write(bytes, List.of(picture), Duration.ofMillis(40));
            BufferedImage read = ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
            for (int pixel = 0; pixel < 400; pixel++) {
                int expected = picture.getRGB(pixel % 20, pixel / 20);
                int found = read.getRGB(pixel % 20, pixel / 20);
                for (int shift = 0; shift < 24; shift += 8) {
                    int difference = Math.abs((expected >> shift & 0xFF) - (found >> shift & 0xFF));
                    assertTrue(difference <= (colours <= 256 ? 0 : 16), colours + " colours");
                }
            }
        }
    }

    @Test
    void wantsPicturesOfOneSize() {
        Path file = folder.resolve("none.gif");
        Duration delay = Duration.ofMillis(40);
        List<BufferedImage> mixed = List.of(PICTURES.getFirst(), new BufferedImage(5, 5, BufferedImage.TYPE_INT_RGB));
        assertThrows(IllegalArgumentException.class, () -> GifFile.write(file, List.of(), delay));
        assertThrows(IllegalArgumentException.class, () -> GifFile.write(file, mixed, delay));
        assertThrows(IllegalArgumentException.class, () -> GifFile.write(file, PICTURES, Duration.ofMillis(9)));
        assertThrows(IOException.class, () -> GifFile.write(folder.resolve("no/such/folder.gif"), PICTURES, delay));
        assertTrue(Files.notExists(file));
    }
}
