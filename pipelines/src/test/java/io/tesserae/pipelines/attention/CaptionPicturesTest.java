package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.PixelLettering;
import io.tesserae.pipelines.drawing.SheetStyle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sheet is hot where a word looked; the page holds what it was given, and no caption can become part of the page. */
class CaptionPicturesTest {

    @TempDir
    Path folder;

    private static final RgbImage GREY = RandomAttention.grey(80, 80, 128);

    private static Canvas sheet(CaptionAttention attention) {
        return new CaptionSheet(attention, OptionalInt.empty(), new PixelLettering()).draw("picture.png", "model");
    }

    private static CaptionAttention words(RgbImage picture, int count) {
        String caption = String.join(" ", Collections.nCopies(count, "word"));
        return BlobAttention.of(
                picture,
                4,
                4,
                caption,
                IntStream.range(0, count).map(i -> i % 16).toArray());
    }

    /** Three words and the picture: four columns of 347 pixels. Each word's tile is brightest where its patch is. */
    @Test
    void aTileIsHotWhereItsWordLooked() {
        int[] patches = {0, 6, 13};
        Canvas sheet = sheet(BlobAttention.of(GREY, 4, 4, "a small ship", patches));
        int top = 64 + 48 + 50;
        assertEquals(0x808080, sheet.get(64 + 100, top + 100), "first the picture, as it is");
        for (int word = 0; word < 3; word++) {
            int left = 64 + (word + 1) * (347 + 28);
            int brightest = -1;
            for (int patch = 0; patch < 16; patch++) {
                int light = lightAt(sheet, left, top, patch);
                brightest = brightest < 0 || light > lightAt(sheet, left, top, brightest) ? patch : brightest;
            }
            assertEquals(patches[word], brightest);
            assertTrue(lightAt(sheet, left, top, patches[word]) > lightAt(sheet, left, top, 15 - patches[word]) + 80);
        }
        assertEquals(SheetStyle.PAPER, sheet.get(64 + 347 + 14, top + 100), "between two tiles there is paper");
    }

    private static int lightAt(Canvas sheet, int left, int top, int patch) {
        double side = 347 / 4.0;
        int rgb = sheet.get((int) (left + (patch % 4 + 0.5) * side), (int) (top + (patch / 4 + 0.5) * side));
        return Canvas.grey(rgb) & 0xFF;
    }

    /** Only the chosen layer is drawn. */
    @Test
    void aLayerCanBeChosen() {
        PatchGrid grid = new PatchGrid(GREY, new Region(0, 0, 80, 80), 1, 2);
        Heatmap left = new Heatmap(1, 2, new float[] {0.9f, 0.1f});
        Heatmap right = new Heatmap(1, 2, new float[] {0.1f, 0.9f});
        var attention = new CaptionAttention(
                grid, "ship", List.of(new WordAttention("ship", 0, List.of("ship"), List.of(left, right))));
        assertArrayEquals(
                new float[] {0.5f, 0.5f},
                attention.words().getFirst().map(OptionalInt.empty()).values());
        for (int layer = 0; layer < 2; layer++) {
            Canvas sheet = new CaptionSheet(attention, OptionalInt.of(layer), new PixelLettering()).draw("", "");
            int tile = 64 + 722 + 28; // two columns
            int first = Canvas.grey(sheet.get(tile + 100, 400)) & 0xFF;
            int second = Canvas.grey(sheet.get(tile + 620, 400)) & 0xFF;
            assertEquals(layer == 0, first > second);
        }
        var options = CaptionPictureOptions.DEFAULT.withLayer(2);
        var error = assertThrows(
                IllegalArgumentException.class, () -> CaptionPictures.write(attention, "", folder, options));
        assertTrue(error.getMessage().contains("expected 0 to 1"), error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> options.withLayer(-1));
    }

    /** Any number of words over any picture: the page is as wide as ever, has a shape to look at, and all its tiles. */
    @Test
    void sheetsHaveASensibleShape() {
        RgbImage[] pictures = {
            GREY,
            RandomAttention.grey(900, 200, 90),
            RandomAttention.grey(200, 900, 90),
            RandomAttention.grey(2000, 1500, 90),
            RandomAttention.grey(1, 1, 90),
            RandomAttention.grey(3000, 1, 90)
        };
        for (RgbImage picture : pictures) {
            for (int count : new int[] {1, 3, 8, 20, 50}) {
                Canvas sheet = sheet(words(picture, count));
                assertEquals(1600, sheet.width);
                assertTrue(sheet.height >= 300 && sheet.height <= 3400, count + " words: " + sheet.height);
            }
        }
    }

    @Test
    void theSheetAndThePageAreWritten() throws IOException {
        CaptionAttention attention = BlobAttention.of(GREY, 4, 4, "a ship at sea.", 1, 2, 3, 4);
        List<Path> written = CaptionPictures.write(attention, "ship.jpg", folder.resolve("a/b"));
        assertEquals(
                List.of("contact-sheet.png", "caption.html"),
                written.stream().map(file -> file.getFileName().toString()).toList());
        assertEquals(1600, ImageIO.read(written.getFirst().toFile()).getWidth());
        List<Path> again = CaptionPictures.write(attention, "ship.jpg", folder.resolve("c"));
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(Files.readAllBytes(written.get(i)), Files.readAllBytes(again.get(i)));
        }
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThrows(IOException.class, () -> CaptionPictures.write(attention, "", file));
    }

    @Test
    void sentencesOfNoWordAndOfEndlessOnesAreDrawn() throws IOException {
        PatchGrid grid = new PatchGrid(GREY, new Region(0, 0, 80, 80), 2, 2);
        for (String caption : List.of("", "...", "\u202E\u0000\n")) {
            CaptionPictures.write(new CaptionAttention(grid, caption, List.of()), "", folder);
        }
        String endless = "x".repeat(2000);
        CaptionPictures.write(BlobAttention.of(GREY, 2, 2, endless, 1), endless, folder);
        CaptionPictures.write(BlobAttention.of(GREY, 2, 2, "日本語 \ud800 שלום \u202Eevil", 1, 2, 3, 0), "\u202E", folder);
    }

    // --- The page

    private String page(CaptionAttention attention, String title) throws IOException {
        return Files.readString(CaptionPictures.write(attention, title, folder).getLast());
    }

    private static String element(String page, String id) {
        int start = page.indexOf('>', page.indexOf("id=\"" + id + "\"")) + 1;
        return page.substring(start, page.indexOf("</script>", start));
    }

    @Test
    void thePageHoldsTheMapsAndThePicture() throws IOException {
        CaptionAttention attention = BlobAttention.of(GREY, 3, 5, "a ship at sea.", 1, 7, 14, 3);
        String page = page(attention, "ship.jpg");
        JsonObject data = JsonParser.parseString(element(page, "attention")).getAsJsonObject();
        assertEquals("a ship at sea.", data.get("caption").getAsString());
        assertEquals(3, data.get("layers").getAsInt());
        assertEquals(-1, data.get("layer").getAsInt(), "all layers");
        assertEquals(3, data.get("rows").getAsInt());
        assertEquals(5, data.get("columns").getAsInt());
        JsonObject sea = data.getAsJsonArray("words").get(3).getAsJsonObject();
        assertEquals(10, sea.get("start").getAsInt());
        assertEquals(13, sea.get("end").getAsInt());
        byte[] bytes = Base64.getDecoder().decode(element(page, "weights"));
        assertEquals(2 * 4 * 3 * 15, bytes.length);
        for (int i = 0; i < bytes.length / 2; i++) {
            float found = (bytes[2 * i] & 0xFF | (bytes[2 * i + 1] & 0xFF) << 8) / 65535f;
            Heatmap map = attention.words().get(i / 45).layers().get(i / 15 % 3);
            assertEquals(map.values()[i % 15], found, 0.8e-5f);
        }
        Matcher source =
                Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"").matcher(page);
        assertTrue(source.find());
        BufferedImage picture =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(source.group(1))));
        assertEquals(320, picture.getWidth(), "small pictures are enlarged");
        assertEquals(0x808080, picture.getRGB(100, 100) & 0xFFFFFF);
        assertTrue(page.contains("ship.jpg · 4 words · 3 layers · 3 × 5 patches"));
    }

    /** Where the model saw a part, or more than there is, the page knows where its patches lie. */
    @Test
    void thePageKnowsWhereThePatchesLie() throws IOException {
        PatchGrid grid = new PatchGrid(RandomAttention.grey(400, 200, 9), new Region(100, -50, 200, 250), 1, 1);
        String page = page(new CaptionAttention(grid, "", List.of()), "");
        JsonObject data = JsonParser.parseString(element(page, "attention")).getAsJsonObject();
        double[] seen = data.getAsJsonArray("seen").asList().stream()
                .mapToDouble(number -> number.getAsDouble())
                .toArray();
        assertArrayEquals(new double[] {0.25, 0, 0.5, 1}, seen, 1e-9); // of 400 x 250
    }

    @Test
    void aHostileCaptionIsText() throws IOException {
        String evil = "</script><script>alert(1)</script> <img/src=x/onerror=alert(2)> {{script}} \u202Eevil &amp;\"'";
        int[] patches = new int[evil.split(" ").length];
        String page = page(BlobAttention.of(GREY, 2, 2, evil, patches), "</title><b>" + evil);
        JsonObject data = JsonParser.parseString(element(page, "attention")).getAsJsonObject();
        assertEquals(evil, data.get("caption").getAsString());
        assertFalse(page.contains("<script>alert") || page.contains("<img/") || page.contains("<b>"));
        assertFalse(page.contains("\u202E"));
        List<String> tags = Pattern.compile("<(/?(?:script|style|title|main|h1|html|img|b)\\b)")
                .matcher(page)
                .results()
                .map(tag -> tag.group(1))
                .toList();
        assertEquals(
                List.of(
                        "html", "title", "/title", "style", "/style", "main", "h1", "/h1", "img", "/main", "script",
                        "/script", "script", "/script", "script", "/script", "/html"),
                tags);
        assertFalse(Pattern.compile("https?://").matcher(page).find(), "nothing from elsewhere");
        assertTrue(page.contains("content=\"default-src 'none'; script-src 'sha256-"));
    }

    @Test
    void whatIsTooLargeForAPageIsRefused() {
        PatchGrid grid = new PatchGrid(GREY, new Region(0, 0, 80, 80), 1000, 1000);
        float[] values = new float[1_000_000];
        Arrays.fill(values, 1e-6f);
        var word = new WordAttention("a", 0, List.of("a"), Collections.nCopies(9, new Heatmap(1000, 1000, values)));
        var attention = new CaptionAttention(grid, "a", List.of(word));
        var error = assertThrows(
                IllegalArgumentException.class, () -> CaptionPictures.write(attention, "", folder.resolve("x")));
        assertTrue(error.getMessage().contains("9000000 weights"), error.getMessage());
        assertFalse(Files.exists(folder.resolve("x")));
    }
}
