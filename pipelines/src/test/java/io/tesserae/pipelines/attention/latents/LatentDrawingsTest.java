package io.tesserae.pipelines.attention.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.model.RowGrid;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.PixelLettering;
import io.tesserae.pipelines.drawing.Scene;
import io.tesserae.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn of latents is where they read; no text can become part of a page. */
class LatentDrawingsTest {

    private static final List<String> HOSTILE = List.of(
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "\u202E",
            "\u0000",
            "\n",
            " ",
            "{{shares}}",
            "\ud800");

    @TempDir
    private Path folder;

    private static RgbImage grey(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        Arrays.fill(pixels, (byte) 128);
        return new RgbImage(width, height, pixels);
    }

    /** Latent i reads a bell around cell {@code i * 7 % cells}, a wider one the larger i is. */
    private static LatentAttention bells(int latents, int rows, int columns) {
        Tensor maps = Tensor.zeros(1, latents, rows * columns);
        for (int latent = 0; latent < latents; latent++) {
            int cell = latent * 7 % (rows * columns);
            double radius = 0.6 + 0.1 * latent;
            double[] bell = new double[rows * columns];
            for (int i = 0; i < bell.length; i++) {
                double down = i / columns - cell / columns;
                double across = i % columns - cell % columns;
                bell[i] = Math.exp(-(down * down + across * across) / (2 * radius * radius));
            }
            double sum = Arrays.stream(bell).sum();
            for (int i = 0; i < bell.length; i++) {
                maps.data()[latent * bell.length + i] = (float) (bell[i] / sum);
            }
        }
        return new LatentAttention(maps);
    }

    private static ImageLatentAttention picture(int latents) {
        RgbImage grey = grey(80, 60);
        return new ImageLatentAttention(grey, new Region(0, 0, 80, 60), RowGrid.ofPixels(6, 8), bells(latents, 6, 8));
    }

    // --- Pictures

    @Test
    void filesAndTheirSizes() throws IOException {
        List<Path> files = LatentPictures.write(
                picture(9), "grey.png", folder, LatentDrawingOptions.DEFAULT.withLatents(List.of(3, 0, 3)));
        assertEquals(
                List.of("contact-sheet.png", "total.png", "latent-004.png", "latent-001.png"),
                files.stream().map(file -> file.getFileName().toString()).toList());
        for (Path file : files.subList(1, 4)) {
            BufferedImage drawn = ImageIO.read(file.toFile());
            assertEquals(320, drawn.getWidth());
            assertEquals(240, drawn.getHeight());
        }
        assertEquals(1600, ImageIO.read(files.getFirst().toFile()).getWidth());
        var refusal = assertThrows(
                IllegalArgumentException.class,
                () -> LatentPictures.write(
                        picture(9), "", folder, LatentDrawingOptions.DEFAULT.withLatents(List.of(9))));
        assertEquals("latents: expected 0 to 8, the model's, found 9", refusal.getMessage());
        assertThrows(FileSystemException.class, () -> LatentPictures.write(picture(1), "", files.getFirst()));
    }

    /** Each tile is brightest where its latent reads, and the most concentrated latent comes first. */
    @Test
    void aTileIsHotWhereItsLatentReads() {
        ImageLatentAttention picture = picture(10);
        Canvas sheet = new LatentSheet(picture, LatentDrawingOptions.DEFAULT, new PixelLettering()).draw("grey");
        int width = (1472 - 7 * 20) / 8;
        int height = width * 3 / 4;
        int top = latentsTop(sheet, 2, height);
        List<Integer> latents = picture.attention().mostConcentrated(8);
        for (int tile = 0; tile < 8; tile++) {
            int left = 64 + tile * (width + 20);
            int brightest = 0;
            for (int cell = 0; cell < 48; cell++) {
                brightest = light(sheet, left, top, width, cell) > light(sheet, left, top, width, brightest)
                        ? cell
                        : brightest;
            }
            assertEquals(latents.get(tile) * 7 % 48, brightest);
        }
    }

    /** Counted from the page's end, where rows of tiles stand with their words above the margin. */
    private static int latentsTop(Canvas sheet, int rows, int height) {
        return sheet.height - 64 - rows * (height + 1 + 50);
    }

    private static int light(Canvas sheet, int left, int top, int width, int cell) {
        double side = width / 8.0;
        int rgb = sheet.get((int) (left + (cell % 8 + 0.5) * side), (int) (top + (cell / 8 + 0.5) * side));
        return Canvas.grey(rgb) & 0xFF;
    }

    /** A row of tiles is 8; as many latents are drawn as are asked for. */
    @Test
    void soManyLatentsAsAreAskedFor() {
        int[] heights = new int[3];
        for (int i = 0; i < 3; i++) {
            heights[i] = new LatentSheet(
                            picture(17), LatentDrawingOptions.DEFAULT.withMost(8 * i + 1), new PixelLettering())
                    .draw("")
                    .height;
        }
        assertTrue(heights[0] < heights[1]);
        assertEquals(heights[2] - heights[1], heights[1] - heights[0]);
        assertThrows(IllegalArgumentException.class, () -> LatentDrawingOptions.DEFAULT.withMost(0));
        assertThrows(IllegalArgumentException.class, () -> LatentDrawingOptions.DEFAULT.withMost(513));
        assertThrows(IllegalArgumentException.class, () -> LatentDrawingOptions.DEFAULT.withLatents(List.of(-1)));
    }

    /** A grid that lies in the lower right quarter is drawn there, and goes on outside as it is at its edge. */
    @Test
    void aMapLiesWhereItsGridDoes() {
        RgbImage grey = grey(400, 400);
        Region seen = new Region(0, 0, 400, 400);
        Tensor maps = Tensor.of(new float[] {0.1f, 0.1f, 0.1f, 0.7f}, 1, 1, 4);
        Scene scene = Scene.between(grey, seen, 320, 1024);
        int[] bright = new int[2];
        for (int i = 0; i < 2; i++) {
            RowGrid grid = i == 0 ? RowGrid.ofPixels(2, 2) : new RowGrid(2, 2, 0.5, 0.5, 0.5, 0.5);
            var attention = new ImageLatentAttention(grey, seen, grid, new LatentAttention(maps));
            Canvas heat = LatentPainter.heat(scene, attention, attention.map(0));
            while (Canvas.grey(heat.get(bright[i], bright[i])) == Canvas.grey(heat.get(0, 0))) {
                bright[i]++;
            }
        }
        assertEquals(100, bright[0], 60);
        assertEquals(250, bright[1], 30);
    }

    /** Five cells on two: the middle one lies on both. No cell gets lost. */
    @Test
    void aMapIsAveragedWhereItHasMoreCellsThanPixels() {
        Heatmap map = new Heatmap(1, 5, new float[] {0.1f, 0.2f, 0.4f, 0, 0.3f});
        assertSame(map, AreaMean.reduced(map, 1, 5));
        assertSame(map, AreaMean.reduced(map, 9, 9));
        float[] half = {(0.1f + 0.2f + 0.2f) / 2.5f, (0.2f + 0 + 0.3f) / 2.5f};
        assertArrayEquals(half, AreaMean.reduced(map, 1, 2).values(), 1e-6f);
        Heatmap upright = new Heatmap(5, 1, map.values());
        assertArrayEquals(half, AreaMean.reduced(upright, 2, 1).values(), 1e-6f);
        for (int cell = 0; cell < 40 * 40; cell++) {
            float[] values = new float[40 * 40];
            values[cell] = 1;
            Heatmap small = AreaMean.reduced(new Heatmap(40, 40, values), 13, 7);
            assertEquals(13 * 7 / 1600.0, small.mass(), 1e-6);
        }
    }

    @Test
    void theGridAndTheMapsMustFit() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageLatentAttention(
                        grey(8, 8), new Region(0, 0, 8, 8), RowGrid.ofPixels(6, 7), bells(1, 6, 8)));
        assertThrows(IllegalArgumentException.class, () -> new RowGrid(0, 1, 0, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new RowGrid(1, 1, 0, 0, Double.NaN, 1));
    }

    // --- Texts

    private static TextLatentAttention text(List<String> characters, int latents) {
        List<ReadCharacter> read = new ArrayList<>();
        for (int i = 0; i < characters.size(); i++) {
            read.add(new ReadCharacter(characters.get(i), 0, i, i, 1));
        }
        return new TextLatentAttention(read, bells(latents, 1, characters.size()));
    }

    private String page(TextLatentAttention attention, String title, LatentDrawingOptions options) throws IOException {
        Path file = folder.resolve("new").resolve("page.html");
        LatentPage.write(attention, title, file, options);
        return Files.readString(file);
    }

    private static JsonObject data(String page) {
        return JsonParser.parseString(between(page, "<script type=\"application/json\" id=\"attention\">", "</script>"))
                .getAsJsonObject();
    }

    private static String between(String page, String before, String after) {
        int start = page.indexOf(before) + before.length();
        return page.substring(start, page.indexOf(after, start));
    }

    @Test
    void hostileTextIsDataAndThePageIsWhole() throws Exception {
        String page = page(
                text(HOSTILE, 3), "</title><script>alert(2)</script>{{script}}\u202E", LatentDrawingOptions.DEFAULT);
        JsonArray characters = data(page).getAsJsonArray("characters");
        for (int i = 0; i < HOSTILE.size(); i++) {
            assertEquals(
                    HOSTILE.get(i), characters.get(i).getAsJsonArray().get(0).getAsString());
        }
        assertFalse(page.contains("\u202E"));
        Matcher tags = Pattern.compile("<(script|style|title|main|h1|/script|/style|/title|/main|/h1|/html)\\b")
                .matcher(page);
        assertEquals(
                "title /title style /style main h1 /h1 /main script /script script /script script /script /html",
                String.join(" ", tags.results().map(tag -> tag.group(1)).toList()));
        assertFalse(page.contains("http://") || page.contains("https://"), "nothing from elsewhere");
        String script = page.substring(page.lastIndexOf("<script>") + 8, page.lastIndexOf("</script>"));
        String style = between(page, "<style>", "</style>");
        assertTrue(page.contains("content=\"default-src 'none'; script-src '" + sha256(script) + "'; style-src '"
                + sha256(style) + "'; base-uri 'none'; form-action 'none'\""));
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }

    @Test
    void sharesComeBack() throws IOException {
        TextLatentAttention attention = text(List.of("a", "b", "c", "d", "e"), 12);
        String page = page(
                attention, "abcde", LatentDrawingOptions.DEFAULT.withMost(4).withLatents(List.of(9)));
        JsonObject data = data(page);
        List<Integer> numbers = data.getAsJsonArray("latents").asList().stream()
                .map(latent -> latent.getAsJsonObject().get("number").getAsInt())
                .toList();
        assertEquals(10, numbers.getFirst());
        List<Integer> rest = attention.attention().mostConcentrated(4).stream()
                .map(latent -> latent + 1)
                .toList();
        assertEquals(rest, numbers.subList(1, numbers.size()));
        byte[] bytes =
                Base64.getDecoder().decode(between(page, "<script type=\"text/plain\" id=\"shares\">", "</script>"));
        assertEquals(2 * 6 * 5, bytes.length);
        for (int map = 0; map < 6; map++) {
            float[] shares = map == 0 ? attention.total() : attention.shares(numbers.get(map - 1) - 1);
            float largest = data.getAsJsonArray("largest").get(map).getAsFloat();
            float[] found = new float[5];
            for (int i = 0; i < 5; i++) {
                int at = 2 * (map * 5 + i);
                found[i] = (bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8) / 65535f * largest;
            }
            assertArrayEquals(shares, found, 0.8e-5f * largest);
        }
        assertTrue(page.contains("5 of 12 latents, the most concentrated · mean of 1 head · 5 characters of 5 rows"));
        assertEquals(
                page,
                page(
                        attention,
                        "abcde",
                        LatentDrawingOptions.DEFAULT.withMost(4).withLatents(List.of(9))));
    }

    @Test
    void charactersDivideTheRows() {
        LatentAttention attention = bells(1, 1, 3);
        ReadCharacter two = new ReadCharacter("é", 0, 0, 0, 2);
        new TextLatentAttention(List.of(two, new ReadCharacter("b", 0, 1, 2, 1)), attention);
        assertThrows(IllegalArgumentException.class, () -> new TextLatentAttention(List.of(two), attention));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TextLatentAttention(List.of(two, new ReadCharacter("b", 0, 1, 1, 2)), attention));
        assertThrows(IllegalArgumentException.class, () -> new ReadCharacter("b", 0, 0, 0, 0));
    }

    @Test
    void aPageThatWouldBeTooLargeIsRefused() {
        Tensor maps = Tensor.zeros(1, 511, 16_000);
        for (int latent = 0; latent < 511; latent++) {
            maps.data()[latent * 16_000] = 1;
        }
        List<ReadCharacter> read = new ArrayList<>();
        for (int i = 0; i < 16_000; i++) {
            read.add(new ReadCharacter("a", 0, i, i, 1));
        }
        TextLatentAttention attention = new TextLatentAttention(read, new LatentAttention(maps));
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> page(attention, "", LatentDrawingOptions.DEFAULT.withMost(512)));
        assertTrue(refusal.getMessage().contains("show fewer latents"), refusal.getMessage());
        assertThrows(
                FileSystemException.class,
                () -> LatentPage.write(text(List.of("a"), 1), "", folder, LatentDrawingOptions.DEFAULT));
    }
}
