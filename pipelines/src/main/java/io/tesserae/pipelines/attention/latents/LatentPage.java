package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.Markup;
import io.tesserae.pipelines.drawing.PageTemplate;
import io.tesserae.pipelines.drawing.PageTemplate.Content;
import io.tesserae.pipelines.drawing.SheetStyle;
import io.tesserae.pipelines.drawing.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes which characters of a text each latent reads as a page for the browser: a latent shows its characters, a character shows its
 * latents.
 *
 * <p>The page is one file that needs nothing else: no network, no server. The text is data in it and never markup; beyond that its
 * security policy lets no script run but its own, and nothing be fetched. The same attention gives the same file. Each latent's shares
 * are stored in 16 bits, the largest as 65535, and are then within 0.0008 % of this largest.
 */
public final class LatentPage {

    /** More shares than this make a page that no browser likes: 512 latents over 8192 characters are half of it. */
    static final int SHARE_LIMIT = 8_000_000;

    private static final int LARGEST = 0xFFFF;

    private static final int COLOURS = 64;

    private LatentPage() {}

    /**
     * Writes the page, in place of a file that is there already.
     *
     * @param title its heading, the beginning of the text for instance
     * @param file its folder is made if it is not there
     * @param options which latents: those that are asked for, and the most concentrated
     * @throws IllegalArgumentException if there is no such latent, or there are more than {@value #SHARE_LIMIT} shares
     * @throws FileSystemException if {@code file} is a folder
     * @throws IOException if it cannot be written
     */
    public static void write(TextLatentAttention attention, String title, Path file, LatentDrawingOptions options)
            throws IOException {
        Arguments.require(attention, "attention");
        Arguments.require(title, "title");
        Arguments.require(file, "file");
        Arguments.require(options, "options");
        options.requireLatents(attention.attention().latents());
        List<Integer> latents = shown(attention.attention(), options);
        checkSize(latents.size(), attention.characters().size());
        if (Files.isDirectory(file)) {
            throw new FileSystemException(
                    file.toString(), null, "expected a file to write the page into, found a folder; name a file in it");
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        WholeFile.write(file, stream -> write(attention, title, latents, options, stream));
    }

    /** Those that are asked for come first. */
    private static List<Integer> shown(LatentAttention attention, LatentDrawingOptions options) {
        Set<Integer> shown = new LinkedHashSet<>(options.latents());
        shown.addAll(attention.mostConcentrated(options.most()));
        return List.copyOf(shown);
    }

    private static void checkSize(int latents, int characters) {
        long shares = (latents + 1L) * characters;
        if (shares > SHARE_LIMIT) {
            throw new IllegalArgumentException("what " + latents + " latents read of " + characters
                    + " characters is " + shares + " shares, too many for a page, which holds " + SHARE_LIMIT
                    + "; show fewer latents, or shorten the text");
        }
    }

    private static void write(
            TextLatentAttention attention,
            String title,
            List<Integer> latents,
            LatentDrawingOptions options,
            OutputStream stream)
            throws IOException {
        List<float[]> maps = new ArrayList<>(); // [characters] each: all latents, then one by one
        maps.add(attention.total());
        latents.forEach(latent -> maps.add(attention.shares(latent)));
        new PageTemplate(LatentPage.class, "latent-page", "")
                .write(
                        Map.of(
                                "title",
                                Content.of(Markup.html(title)),
                                "summary",
                                Content.of(Markup.html(summary(attention, latents.size(), options.model()))),
                                "attention",
                                Content.of(json(attention, latents, maps, options)),
                                "shares",
                                Content.of(Base64.getEncoder().encodeToString(bytes(maps)))),
                        stream);
    }

    private static String summary(TextLatentAttention text, int shown, String model) {
        LatentAttention attention = text.attention();
        String latents = shown == attention.latents()
                ? SheetStyle.counted(shown, "latent")
                : shown + " of " + attention.latents() + " latents, the most concentrated";
        return (model.isBlank() ? "" : model + " · ") + latents + " · mean of "
                + SheetStyle.counted(attention.heads(), "head") + " · "
                + SheetStyle.counted(text.characters().size(), "character") + " of "
                + SheetStyle.counted(attention.rows(), "row");
    }

    private static String json(
            TextLatentAttention text, List<Integer> latents, List<float[]> maps, LatentDrawingOptions options) {
        String characters = text.characters().stream()
                .map(character ->
                        "[" + Markup.json(character.text()) + "," + character.sequence() + "," + character.rows() + "]")
                .collect(Collectors.joining(","));
        String numbers = latents.stream()
                .map(latent -> "{\"number\":" + (latent + 1) + ",\"rows\":"
                        + (float) text.attention().effectiveRows(latent) + "}")
                .collect(Collectors.joining(","));
        String largest = maps.stream().map(map -> Float.toString(largest(map))).collect(Collectors.joining(","));
        return "{\"characters\":[" + characters + "],\"latents\":[" + numbers + "],\"largest\":[" + largest
                + "],\"rows\":" + text.attention().rows() + ",\"chosen\":"
                + (options.latents().isEmpty() ? 0 : 1) + ",\"colours\":" + ColourMap.json(COLOURS) + "}";
    }

    private static float largest(float[] map) {
        float largest = 0;
        for (float share : map) {
            largest = Math.max(largest, share);
        }
        return largest;
    }

    /** {@code [maps, characters]}, row-major, two bytes little-endian, each of its map's largest. */
    private static byte[] bytes(List<float[]> maps) {
        byte[] bytes = new byte[2 * maps.size() * maps.getFirst().length];
        int at = 0;
        for (float[] map : maps) {
            double scale = LARGEST / (double) largest(map); // shares sum to 1, so one is above 0
            for (float share : map) {
                int value = (int) Math.round(share * scale);
                bytes[at++] = (byte) value;
                bytes[at++] = (byte) (value >> 8);
            }
        }
        return bytes;
    }
}
