package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.ImageInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Pictures as inputs: files, whole folders, patterns; in the lines of a file, one file each, or a {@code data:} URI with
 * the picture itself.
 */
public final class ImageFormat implements InputFormat<ImageInput> {

    public static final ImageFormat IMAGES = new ImageFormat();

    /** What pictures in a folder are known by; a file that is named by itself may be called what it likes. */
    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "dib", "webp");

    private static final String PATTERN_CHARACTERS = "*?[{";

    private ImageFormat() {}

    @Override
    public String plural() {
        return "pictures";
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required("image"));
    }

    @Override
    public String describeKeys() {
        return "\"image\"";
    }

    @Override
    public List<ImageInput> ofArgument(String argument) {
        if (isUri(argument)) {
            return List.of(ofText(argument, "argument"));
        }
        Path path = path(argument, argument);
        if (path != null && Files.isDirectory(path)) {
            return files(
                    path,
                    1,
                    ImageFormat::isPicture,
                    argument + ": no pictures in this folder; expected files"
                            + " that end in .jpg, .png, .gif, .bmp or .webp");
        }
        if (path == null || !Files.exists(path) && isPattern(argument)) {
            return ofPattern(argument);
        }
        return List.of(ImageInput.of(path));
    }

    /** The bytes of one picture; lines of names go into {@code --input -}. */
    @Override
    public Optional<ImageInput> ofStandardInput(InputStream in) {
        return Optional.of(new ImageInput("standard input", new StandardInput(in)::read));
    }

    /** A picture that is read once, when its turn comes, and may be asked for again. */
    private static final class StandardInput {

        private final InputStream in;
        private byte[] bytes;

        StandardInput(InputStream in) {
            this.in = in;
        }

        synchronized RgbImage read() {
            try {
                bytes = bytes == null ? in.readNBytes(ImageFiles.BYTE_LIMIT + 1) : bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            try {
                return ImageFiles.read(bytes, "standard input");
            } catch (ImageException e) {
                throw new ImageException(
                        e.getMessage() + " (- is one picture; names of pictures, one a line, are --input -)", e);
            }
        }
    }

    /**
     * Whether an argument that is no file would be one if it were there. A text of several words may end in a file's name.
     *
     * @param severalWords whether it may be one of several words
     */
    public static boolean looksLikePicture(String argument, boolean severalWords) {
        boolean oneWord = argument.chars().noneMatch(Character::isWhitespace);
        int dot = argument.lastIndexOf('.') + 1;
        return (oneWord || severalWords)
                && (EXTENSIONS.contains(argument.substring(dot).toLowerCase(Locale.ROOT)) && dot > 0
                        || oneWord && argument.contains("/") && (argument.endsWith("/") || isPattern(argument)));
    }

    @Override
    public Place place(ImageInput image, Place argument) {
        return new Place(image.name(), argument.unit(), argument.number());
    }

    @Override
    public ImageInput ofText(String text, String place) {
        if (text.startsWith("data:")) {
            return ofDataUri(text, place);
        }
        if (isUri(text)) {
            throw new CommandException(
                    place + ": nothing is downloaded; expected a file, found " + Printable.excerpt(text, 80));
        }
        Path path = text.isEmpty() ? null : path(text, place);
        if (path == null) {
            throw new CommandException(place + ": expected a file's name, found '" + Printable.excerpt(text, 80) + "'");
        }
        return ImageInput.of(path);
    }

    @Override
    public ImageInput ofObject(InputObject object, String place) {
        return ofText(object.text("image"), place);
    }

    private static boolean isUri(String text) {
        return text.startsWith("data:") || text.startsWith("http://") || text.startsWith("https://");
    }

    /** The picture inside {@code data:image/png;base64,...}. */
    private static ImageInput ofDataUri(String uri, String place) {
        int comma = uri.indexOf(',');
        if (comma < 0 || !uri.substring(0, comma).endsWith(";base64")) {
            throw new CommandException(
                    place + ": expected data:image/...;base64,... , found " + Printable.excerpt(uri, 40));
        }
        try {
            return ImageInput.of(Base64.getMimeDecoder().decode(uri.substring(comma + 1)), place);
        } catch (IllegalArgumentException e) {
            throw new CommandException(place + ": the picture is not valid base64: " + e.getMessage());
        }
    }

    private static boolean isPattern(String argument) {
        return argument.chars().anyMatch(character -> PATTERN_CHARACTERS.indexOf(character) >= 0);
    }

    /** Files that match a pattern of the JDK's {@code glob} syntax; {@code **} goes into folders. */
    private static List<ImageInput> ofPattern(String pattern) {
        int firstPattern = 0;
        while (firstPattern < pattern.length() && PATTERN_CHARACTERS.indexOf(pattern.charAt(firstPattern)) < 0) {
            firstPattern++;
        }
        int folderEnd = pattern.lastIndexOf('/', Math.min(firstPattern, pattern.length() - 1)) + 1;
        Path folder = Path.of(pattern.substring(0, folderEnd)); // the empty path is the current folder
        try {
            // As in a shell, ** also stands for no folder at all; as in the JDK it would not.
            PathMatcher inside = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            PathMatcher beside = FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("**/", ""));
            int depth = pattern.contains("**") ? Integer.MAX_VALUE : depth(pattern, folderEnd);
            return files(
                    folder,
                    depth,
                    file -> inside.matches(file) || beside.matches(file),
                    "'" + pattern + "': no file matches");
        } catch (PatternSyntaxException e) {
            throw new CommandException("'" + pattern + "': not a pattern: " + e.getDescription());
        }
    }

    private static int depth(String pattern, int from) {
        return 1
                + (int) pattern.substring(from)
                        .chars()
                        .filter(character -> character == '/')
                        .count();
    }

    private static List<ImageInput> files(Path folder, int depth, Predicate<Path> wanted, String messageIfNone) {
        try (Stream<Path> paths = Files.walk(folder, depth)) {
            List<ImageInput> files = paths.filter(wanted)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .map(ImageInput::of)
                    .toList();
            if (files.isEmpty()) {
                throw new CommandException(messageIfNone);
            }
            return files;
        } catch (NoSuchFileException e) {
            throw new CommandException(messageIfNone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a file is called as pictures are. */
    public static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName());
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static Path path(String text, String place) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CommandException(place + ": not a file's name");
        }
    }
}
