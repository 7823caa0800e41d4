package io.tesserae.pipelines.attention.mixed;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.attention.CaptionPictureOptions;
import io.tesserae.pipelines.attention.CaptionPictures;
import io.tesserae.pipelines.attention.mixed.MixedAttention.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws which patch of which picture made which word: for each picture the two files of {@link CaptionPictures}, a sheet of all words and
 * a page to point at. Of a prompt with one picture they lie in the folder itself, of one with several in {@code picture-1}, {@code
 * picture-2} and so on, by their number in the prompt. A picture that no word looked at is left out, as long as there is another.
 */
public final class MixedPictures {

    private MixedPictures() {}

    /** With {@linkplain CaptionPictureOptions#DEFAULT the usual choices}. */
    public static List<Path> write(MixedAttention attention, Path directory) throws IOException {
        return write(attention, directory, CaptionPictureOptions.DEFAULT);
    }

    /**
     * Writes all files. Files of the same names are replaced, others left alone.
     *
     * @param directory made if it is not there
     * @return what was written, each picture's sheet before its page
     * @throws IllegalArgumentException if there is no such layer, or there are more maps of a picture than a page holds
     * @throws java.nio.file.FileSystemException if {@code directory} is there and is not a folder
     * @throws IOException if a file cannot be written, or the Java runtime lacks what writes PNG files
     */
    public static List<Path> write(MixedAttention attention, Path directory, CaptionPictureOptions options)
            throws IOException {
        List<Picture> pictures = Arguments.require(attention, "attention").pictures();
        Arguments.require(directory, "directory");
        Arguments.require(options, "options");
        boolean alone = pictures.size() == 1;
        boolean all = pictures.stream().noneMatch(Picture::isSeen);
        List<Path> written = new ArrayList<>();
        for (int number = 1; number <= pictures.size(); number++) {
            Picture picture = pictures.get(number - 1);
            if (all || picture.isSeen()) {
                String title = alone
                        ? fileName(picture)
                        : fileName(picture) + ", picture " + number + " of " + pictures.size();
                Path folder = alone ? directory : directory.resolve("picture-" + number);
                written.addAll(CaptionPictures.write(picture.attention(), title, folder, options));
            }
        }
        return List.copyOf(written);
    }

    /** What stands behind the last slash: a name may be a path of another system, or none at all. */
    private static String fileName(Picture picture) {
        String name = picture.name();
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }
}
