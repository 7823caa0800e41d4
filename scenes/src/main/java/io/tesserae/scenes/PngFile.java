package io.tesserae.scenes;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** The picture of a scene as a PNG file: without loss, so that what is read is what was drawn. */
final class PngFile {

    private PngFile() {}

    static void write(Scene scene, Path file) throws IOException {
        BufferedImage image = new BufferedImage(Scene.SIDE, Scene.SIDE, BufferedImage.TYPE_INT_RGB);
        byte[] pixels = scene.pixels();
        for (int pixel = 0; pixel < Scene.SIDE * Scene.SIDE; pixel++) {
            int at = 3 * pixel;
            int rgb = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | pixels[at + 2] & 255;
            image.setRGB(pixel % Scene.SIDE, pixel / Scene.SIDE, rgb);
        }
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException(file + ": this Java cannot write PNG files");
        }
    }
}
