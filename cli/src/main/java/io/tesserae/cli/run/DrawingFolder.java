package io.tesserae.cli.run;

import io.tesserae.cli.console.Printable;
import io.tesserae.cli.output.InputNames;
import io.tesserae.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where drawings of inputs go, each by a name that no other has, and what is said of them. */
final class DrawingFolder {

    /** The most characters that a file's name takes from the input's. */
    private static final int NAME_LIMIT = 60;

    private final Path directory;
    private final boolean isJson;
    private final InputNames names = new InputNames();

    /**
     * A folder that need not be there yet.
     *
     * @param isJson whether what was written is said in JSON
     */
    DrawingFolder(Path directory, boolean isJson) {
        this.directory = directory;
        this.isJson = isJson;
    }

    /**
     * The folder for a picture.
     *
     * @param alone whether there is no other picture
     */
    Path ofPicture(String picture, boolean alone) {
        return alone ? directory : directory.resolve(names.ofFile(picture));
    }

    /**
     * The folder for a text.
     *
     * @param alone whether there is no other text
     */
    Path ofText(String text, boolean alone) {
        return alone ? directory : directory.resolve(names.unique(slug(text)));
    }

    /** The page for a text. Makes the folder. */
    Path pageOf(String text) throws IOException {
        Files.createDirectories(directory);
        return directory.resolve(names.unique(slug(text)) + ".html");
    }

    /** A text as a file's name: its letters and digits, words joined by dashes. */
    private static String slug(String text) {
        String slug = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
        if (slug.codePointCount(0, slug.length()) > NAME_LIMIT) {
            String cut = slug.substring(0, slug.offsetByCodePoints(0, NAME_LIMIT));
            slug = cut.contains("-") ? cut.substring(0, cut.lastIndexOf('-')) : cut; // whole words
        }
        return slug.isEmpty() ? "text" : slug;
    }

    /**
     * The line of an input, or the lines.
     *
     * @param key what the input is, in JSON
     */
    String line(String key, String input, List<Path> written) {
        if (!isJson) {
            return written.stream()
                    .map(file -> Printable.escape(file.toString()))
                    .collect(Collectors.joining("\n"));
        }
        return new Json()
                .raw("{")
                .name(key)
                .string(input)
                .name("files")
                .array(written.stream().map(Path::toString).toList(), Json::string)
                .raw("}")
                .toString();
    }
}
