package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.drawing.BestLettering;
import io.tesserae.pipelines.drawing.Lettering;
import io.tesserae.pipelines.drawing.WholeFile;
import io.tesserae.pipelines.drawing.WithoutImageIo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/**
 * Draws which patch made which word, as two files in a folder:
 *
 * <ul>
 *   <li>{@code contact-sheet.png}: the picture, then for each word the picture with the heat of that word over it;
 *   <li>{@code caption.html}: a page for the browser, to point at words and patches, with all layers. It needs nothing else: no network,
 *       no server.
 * </ul>
 *
 * <p>Colours are those of {@link AttentionPictures}, and run in each map from its own least value to its 99th percentile. The same attention
 * gives the same files; only the letters of the contact sheet depend on the fonts of the machine, and it needs none.
 */
public final class CaptionPictures {

    private CaptionPictures() {}

    /** With {@linkplain CaptionPictureOptions#DEFAULT the usual choices}. */
    public static List<Path> write(CaptionAttention attention, String title, Path directory) throws IOException {
        return write(attention, title, directory, CaptionPictureOptions.DEFAULT);
    }

    /**
     * Writes both files. Files of the same names are replaced, others left alone.
     *
     * @param title the picture's name
     * @param directory made if it is not there
     * @return what was written, the contact sheet first
     * @throws IllegalArgumentException if there is no such layer, or there are more maps than a page holds
     * @throws FileSystemException if {@code directory} is there and is not a folder
     * @throws IOException if a file cannot be written, or the Java runtime lacks what writes PNG files
     */
    public static List<Path> write(
            CaptionAttention attention, String title, Path directory, CaptionPictureOptions options)
            throws IOException {
        try {
            return write(attention, title, directory, options, BestLettering.ofThisMachine());
        } catch (LinkageError e) {
            throw WithoutImageIo.because(e);
        }
    }

    static List<Path> write(
            CaptionAttention attention,
            String title,
            Path directory,
            CaptionPictureOptions options,
            Lettering lettering)
            throws IOException {
        Arguments.require(attention, "attention");
        Arguments.require(title, "title");
        Arguments.require(directory, "directory");
        Arguments.require(options, "options");
        attention.requireLayer(options.layer());
        CaptionPage.checkSize(attention);
        AttentionPictures.requireFolder(directory);
        byte[] sheet = new CaptionSheet(attention, options.layer(), lettering)
                .draw(title, options.model())
                .toPng();
        byte[] picture = CaptionPage.picture(attention);
        Path sheetFile = directory.resolve("contact-sheet.png");
        Path pageFile = directory.resolve("caption.html");
        WholeFile.write(sheetFile, stream -> stream.write(sheet));
        WholeFile.write(pageFile, stream -> CaptionPage.write(attention, title, options, picture, stream));
        return List.of(sheetFile, pageFile);
    }
}
