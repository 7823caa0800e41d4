package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.drawing.BestLettering;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.Lettering;
import io.tesserae.pipelines.drawing.Scene;
import io.tesserae.pipelines.drawing.WholeFile;
import io.tesserae.pipelines.drawing.WithoutImageIo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws what a vision transformer looked at, as PNG files in a folder:
 *
 * <ul>
 *   <li>{@code contact-sheet.png}, everything on one page;
 *   <li>{@code mean.png} and {@code head-01.png}, … : the class token's attention in one layer;
 *   <li>{@code rollout.png}: through all layers;
 *   <li>{@code mask-head-01.png}, … : the patches that hold most of a head's attention, and {@code mask-agreement.png}: lit by
 *       how many heads keep them.
 * </ul>
 *
 * <p>Colours run from a map's least value to its 99th percentile, in even steps of lightness, and are interpolated between the
 * patches. What the model did not see is dark. The same attention gives the same files; only the letters of the contact
 * sheet depend on the fonts of the machine, and it needs none.
 */
public final class AttentionPictures {

    /** Longer side of a single drawing, in pixels: smaller pictures are enlarged, larger ones reduced. */
    private static final int LEAST_SIDE = 320;

    private static final int MOST_SIDE = 1024;

    private AttentionPictures() {}

    /** With {@linkplain AttentionPictureOptions#DEFAULT the usual choices}. */
    public static List<Path> write(ImageAttention attention, String title, Path directory) throws IOException {
        return write(attention, title, directory, AttentionPictureOptions.DEFAULT);
    }

    /**
     * Writes all drawings. Files of the same names are replaced, others left alone.
     *
     * @param title the picture's name, for the contact sheet
     * @param directory made if it is not there
     * @return what was written, the contact sheet first
     * @throws IllegalArgumentException if there is no such layer
     * @throws FileSystemException if {@code directory} is there and is not a folder
     * @throws IOException if a file cannot be written, or the Java runtime lacks what writes PNG files
     */
    public static List<Path> write(
            ImageAttention attention, String title, Path directory, AttentionPictureOptions options)
            throws IOException {
        try {
            return write(attention, title, directory, options, BestLettering.ofThisMachine());
        } catch (LinkageError e) {
            throw WithoutImageIo.because(e);
        }
    }

    static List<Path> write(
            ImageAttention attention,
            String title,
            Path directory,
            AttentionPictureOptions options,
            Lettering lettering)
            throws IOException {
        Arguments.require(attention, "attention");
        Arguments.require(title, "title");
        Arguments.require(directory, "directory");
        Arguments.require(options, "options");
        int layer = options.layer().orElse(attention.lastLayer());
        if (layer > attention.lastLayer()) {
            throw new IllegalArgumentException(
                    "layer: expected 0 to " + attention.lastLayer() + ", the model's layers, found " + layer);
        }
        requireFolder(directory);
        MapsOfLayer maps = MapsOfLayer.of(attention, layer, options.mass());
        Scene scene = Scene.between(attention.picture(), attention.seen(), LEAST_SIDE, MOST_SIDE);
        ContactSheet sheet = new ContactSheet(attention, maps, lettering);

        List<Path> written = new ArrayList<>();
        written.add(save(sheet.draw(title, options.model()), directory, "contact-sheet"));
        written.add(save(Painter.heat(scene, maps.mean()), directory, "mean"));
        written.add(save(Painter.heat(scene, maps.rollout()), directory, "rollout"));
        for (int head = 0; head < attention.heads(); head++) {
            written.add(save(Painter.heat(scene, maps.heads().get(head)), directory, numbered("head", head)));
        }
        for (int head = 0; head < attention.heads(); head++) {
            written.add(save(Painter.mask(scene, maps.masks().get(head)), directory, numbered("mask-head", head)));
        }
        written.add(save(Painter.agreement(scene, maps.agreement()), directory, "mask-agreement"));
        return List.copyOf(written);
    }

    static void requireFolder(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new FileSystemException(
                    directory.toString(), null, "expected a folder to write pictures into, found a file; name another");
        }
        Files.createDirectories(directory);
    }

    /** {@code head-01} for the first. */
    private static String numbered(String name, int index) {
        return String.format(Locale.ROOT, "%s-%02d", name, index + 1);
    }

    private static Path save(Canvas canvas, Path directory, String name) throws IOException {
        Path file = directory.resolve(name + ".png");
        byte[] png = canvas.toPng();
        WholeFile.write(file, stream -> stream.write(png));
        return file;
    }
}
