package io.tesserae.training.task;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Small pictures whose colour is their label. */
final class PictureFolders {

    private static final List<Color> COLOURS = List.of(Color.RED, Color.BLUE);

    private PictureFolders() {}

    /** A folder for each of two labels, with so many pictures of a shade of its own. */
    static Path write(Path folder, List<String> labels, int each) throws IOException {
        for (int label = 0; label < labels.size(); label++) {
            Path ofLabel = Files.createDirectories(folder.resolve(labels.get(label)));
            for (int i = 0; i < each; i++) {
                picture(ofLabel.resolve(i + ".png"), COLOURS.get(label), i);
            }
        }
        return folder;
    }

    /** A picture of one colour, with a stripe somewhere. */
    static void picture(Path file, Color colour, int number) throws IOException {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                image.setRGB(x, y, (x / 3 == number ? Color.GREEN : colour).getRGB());
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }
}
