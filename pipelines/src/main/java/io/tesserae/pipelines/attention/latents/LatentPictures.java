package io.tesserae.pipelines.attention.latents;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/**
 * Draws which pixels of a picture each latent reads, as PNG files in a folder:
 *
 * <ul>
 *   <li>{@code contact-sheet.png}: the picture, how much each pixel is read at all, and the most concentrated latents;
 *   <li>{@code total.png}: how much each pixel is read at all;
 *   <li>{@code latent-001.png}, … : the latents that are asked for, one by one.
 * </ul>
 *
 * <p>Latents are numbered from 1. Colours are those of {@link io.tesserae.pipelines.attention.AttentionPictures}, and run in each map from its
 * own least value to its 99th percentile. The same attention gives the same files; only the letters of the contact sheet depend on the
 * fonts of the machine, and it needs none.
 */
public final class LatentPictures {

    /** Longer side of a single drawing, in pixels: smaller pictures are enlarged, larger ones reduced. */
    private static final int LEAST_SIDE = 320;

    private static final int MOST_SIDE = 1024;

    private LatentPictures() {}

    /** With {@linkplain LatentDrawingOptions#DEFAULT the usual choices}. */
    public static List<Path> write(ImageLatentAttention attention, String title, Path directory) throws IOException {
        return write(attention, title, directory, LatentDrawingOptions.DEFAULT);
    }

    /**
     * Writes all drawings. Files of the same names are replaced, others left alone.
     *
     * @param title the picture's name, for the contact sheet
     * @param directory made if it is not there
     * @return what was written, the contact sheet first
     * @throws IllegalArgumentException if there is no such latent
     * @throws FileSystemException if {@code directory} is there and is not a folder
     * @throws IOException if a file cannot be written, or the Java runtime lacks what writes PNG files
     */
    public static List<Path> write(
            ImageLatentAttention attention, String title, Path directory, LatentDrawingOptions options)
            throws IOException {
        try {
            return write(attention, title, directory, options, BestLettering.ofThisMachine());
        } catch (LinkageError e) {
            throw WithoutImageIo.because(e);
        }
    }

    static List<Path> write(
            ImageLatentAttention attention,
            String title,
            Path directory,
            LatentDrawingOptions options,
            Lettering lettering)
            throws IOException {
        Arguments.require(attention, "attention");
        Arguments.require(title, "title");
        Arguments.require(directory, "directory");
        Arguments.require(options, "options");
        options.requireLatents(attention.attention().latents());
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new FileSystemException(
                    directory.toString(), null, "expected a folder to write pictures into, found a file; name another");
        }
        Files.createDirectories(directory);
        Canvas sheet = new LatentSheet(attention, options, lettering).draw(title);
        List<Path> written = new ArrayList<>();
        written.add(save(sheet, directory, "contact-sheet"));
        Scene scene = Scene.between(attention.picture(), attention.seen(), LEAST_SIDE, MOST_SIDE);
        written.add(save(LatentPainter.heat(scene, attention, attention.total()), directory, "total"));
        for (int latent : new LinkedHashSet<>(options.latents())) {
            String name = String.format(Locale.ROOT, "latent-%03d", latent + 1);
            written.add(save(LatentPainter.heat(scene, attention, attention.map(latent)), directory, name));
        }
        return List.copyOf(written);
    }

    private static Path save(Canvas canvas, Path directory, String name) throws IOException {
        Path file = directory.resolve(name + ".png");
        byte[] png = canvas.toPng();
        WholeFile.write(file, stream -> stream.write(png));
        return file;
    }
}
