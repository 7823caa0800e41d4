package io.tesserae.server.page;

import io.tesserae.pipelines.attention.AttentionPage;
import io.tesserae.pipelines.attention.AttentionPictureOptions;
import io.tesserae.pipelines.attention.AttentionPictures;
import io.tesserae.pipelines.attention.ImageAttention;
import io.tesserae.pipelines.attention.TextAttention;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a model looks, drawn as the command line draws it. */
public final class AttentionDrawings {

    /** A heading is no place for a whole text. */
    private static final int TITLE_LENGTH = 80;

    private static final Pattern POLICY =
            Pattern.compile("<meta http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\">");

    /** The policy stands within the first lines of a page. */
    private static final int HEAD_BYTES = 2048;

    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    private AttentionDrawings() {}

    /** A picture's attention in the last layer: the contact sheet, a PNG file. */
    public static byte[] sheet(ImageAttention attention, String model) {
        return drawn(TEMPORARY, folder -> {
            AttentionPictureOptions options = AttentionPictureOptions.DEFAULT.withModel(model);
            List<Path> files = AttentionPictures.write(attention, "picture", folder, options);
            return files.getFirst();
        });
    }

    /** A text's attention: a page. */
    public static byte[] page(TextAttention attention, String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        int end = line.offsetByCodePoints(0, Math.min(TITLE_LENGTH, line.codePointCount(0, line.length())));
        String title = end < line.length() ? line.substring(0, end) + "…" : line;
        return drawn(TEMPORARY, folder -> {
            Path file = folder.resolve("page.html");
            AttentionPage.write(attention, title, file);
            return file;
        });
    }

    /** The security policy that a page says itself to have: it names what is within the page by its hash. */
    public static String policy(byte[] page) {
        String head = new String(page, 0, Math.min(HEAD_BYTES, page.length), StandardCharsets.ISO_8859_1);
        Matcher matcher = POLICY.matcher(head);
        if (!matcher.find()) {
            throw new IllegalStateException("the page has no security policy");
        }
        return matcher.group(1) + "; frame-ancestors 'self'";
    }

    /** Draws into a folder of its own, and names the file that counts. */
    interface Drawing {
        Path draw(Path folder) throws IOException;
    }

    static byte[] drawn(Path parent, Drawing drawing) {
        try {
            Path folder = Files.createTempDirectory(parent, "tesserae-attention");
            try {
                return Files.readAllBytes(drawing.draw(folder));
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
