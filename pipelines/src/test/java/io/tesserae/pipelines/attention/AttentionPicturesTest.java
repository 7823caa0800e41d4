package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.PixelLettering;
import io.tesserae.pipelines.drawing.Scene;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn lies where the model looked; sizes, files, machines without fonts. */
class AttentionPicturesTest {

    @TempDir
    Path folder;

    @Test
    void everyDrawingIsWrittenAndNothingElse() throws IOException {
        Path target = folder.resolve("not/there/yet");
        List<Path> written = AttentionPictures.write(RandomAttention.picture(3, 2, 2, 2, 4, 1), "a picture", target);
        assertEquals(
                List.of(
                        "contact-sheet.png",
                        "mean.png",
                        "rollout.png",
                        "head-01.png",
                        "head-02.png",
                        "mask-head-01.png",
                        "mask-head-02.png",
                        "mask-agreement.png"),
                written.stream().map(file -> file.getFileName().toString()).toList());
        try (Stream<Path> files = Files.list(target)) {
            assertEquals(written.size(), files.count());
        }
        assertEquals(1600, read("not/there/yet/contact-sheet.png").getWidth());
    }

    @Test
    void smallPicturesAreEnlargedAndLargeOnesReduced() throws IOException {
        assertSize(20, 10, 320, 160);
        assertSize(33, 32, 330, 320);
        assertSize(640, 480, 640, 480);
        assertSize(2048, 512, 1024, 256);
        assertSize(1, 3000, 1, 1024);
    }

    private void assertSize(int width, int height, int drawnWidth, int drawnHeight) {
        Scene scene =
                Scene.between(RandomAttention.grey(width, height, 50), new Region(0, 0, width, height), 320, 1024);
        assertEquals(drawnWidth, scene.width());
        assertEquals(drawnHeight, scene.height());
    }

    /** Every patch of a grid that is not square, in the middle of the picture: hottest there, nothing outside. */
    @Test
    void theHotPatchIsDrawnWhereItIs() {
        RgbImage picture = RandomAttention.grey(400, 300, 128);
        Region seen = new Region(100, 50, 240, 150); // patches of 60 x 50
        for (int patch = 0; patch < 12; patch++) {
            Heatmap map = RandomAttention.lookingAt(patch, picture, seen, 3, 4).classToken(0, 0);
            Canvas heat = Painter.heat(Scene.between(picture, seen, 320, 1024), map);
            int hot = heat.get(100 + patch % 4 * 60 + 30, 50 + patch / 4 * 50 + 25);
            int other = (patch + 6) % 12;
            int cold = heat.get(100 + other % 4 * 60 + 30, 50 + other / 4 * 50 + 25);
            int outside = heat.get(50, 150);
            assertTrue(light(hot) > light(cold) + 100, Integer.toHexString(hot) + " and " + Integer.toHexString(cold));
            for (int[] place : new int[][] {{99, 120}, {340, 120}, {200, 49}, {200, 200}, {0, 0}, {399, 299}}) {
                assertEquals(outside, heat.get(place[0], place[1]), "nothing is drawn outside");
            }
        }
    }

    @Test
    void aMaskKeepsThePicturesColoursInItsPatchesOnly() {
        RgbImage picture = RandomAttention.grey(400, 400, 128);
        Region seen = new Region(0, 0, 400, 400);
        PatchMask mask = RandomAttention.lookingAt(6, picture, seen, 4, 4).mask(0, 0, 0.6);
        Canvas drawn = Painter.mask(Scene.between(picture, seen, 320, 1024), mask);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 4; column++) {
                boolean own = drawn.get(column * 100 + 50, row * 100 + 50) == 0x808080;
                assertEquals(row == 1 && column == 2, own);
            }
        }
        assertEquals(0xFFE9A8, drawn.get(200, 150), "outline on the first column");
        assertEquals(0xFFE9A8, drawn.get(299, 150), "outline on the last column");
        assertTrue(light(drawn.get(199, 150)) < 70 && light(drawn.get(300, 150)) < 70);
    }

    /** What the model saw beyond the edge is drawn too: black, with heat on it. */
    @Test
    void aRegionOverTheEdgeMakesTheDrawingLarger() {
        RgbImage picture = RandomAttention.grey(400, 200, 255);
        Region seen = new Region(0, -100, 400, 400);
        Scene scene = Scene.between(picture, seen, 320, 1024);
        assertEquals(400, scene.width());
        assertEquals(400, scene.height());
        assertEquals(0, scene.picture.get(10, 99));
        assertEquals(0xFFFFFF, scene.picture.get(10, 100));
        Canvas heat = Painter.heat(
                scene, RandomAttention.lookingAt(0, picture, seen, 4, 4).classToken(0, 0));
        assertTrue(light(heat.get(50, 50)) > 150);
    }

    @Test
    void evenAttentionIsOneColour() {
        float[] even = new float[12];
        Arrays.fill(even, 0.05f);
        RgbImage picture = RandomAttention.grey(320, 320, 100);
        Canvas heat =
                Painter.heat(Scene.between(picture, new Region(0, 0, 320, 320), 320, 1024), new Heatmap(3, 4, even));
        for (int i = 0; i < 320; i++) {
            assertEquals(heat.get(0, 0), heat.get(i, 319 - i));
        }
    }

    @Test
    void aPictureInItsOwnSizeIsNotTouched() {
        byte[] pixels = new byte[400 * 330 * 3];
        new Random(7).nextBytes(pixels);
        RgbImage picture = new RgbImage(400, 330, pixels);
        Scene scene = Scene.between(picture, new Region(30, 20, 300, 300), 320, 1024);
        for (int y = 0; y < 330; y++) {
            for (int x = 0; x < 400; x++) {
                int rgb = picture.get(x, y, 0) << 16 | picture.get(x, y, 1) << 8 | picture.get(x, y, 2);
                assertEquals(rgb, scene.picture.get(x, y));
            }
        }
    }

    @Test
    void theSameAttentionGivesTheSameBytes() throws IOException {
        ImageAttention attention = RandomAttention.picture(5, 2, 3, 3, 5, 2);
        List<Path> first = AttentionPictures.write(attention, "twice", folder.resolve("a"));
        List<Path> second = AttentionPictures.write(attention, "twice", folder.resolve("b"));
        // And over files that are there already.
        AttentionPictures.write(attention, "twice", folder.resolve("a"));
        for (int i = 0; i < first.size(); i++) {
            assertArrayEquals(Files.readAllBytes(first.get(i)), Files.readAllBytes(second.get(i)));
        }
    }

    @Test
    void oddPicturesTitlesAndGridsFitOnTheSheet() throws IOException {
        RgbImage tall = RandomAttention.grey(3, 900, 80);
        ImageAttention attention = new ImageAttention(
                tall, new Region(0.5, 100.25, 1.5, 600), 7, 1, 1, List.of(RandomAttention.layer(2, 24, 8)));
        AttentionPictureOptions options = AttentionPictureOptions.DEFAULT.withModel("m".repeat(500));
        AttentionPictures.write(attention, "title ".repeat(200), folder, options);
        AttentionPictures.write(
                attention, "", folder, options.withModel("").withMass(1).withLayer(0));
        AttentionPictures.write(attention, "\u0000\n\u202E日本語 \ud800", folder);
        assertEquals(1600, read("contact-sheet.png").getWidth());
    }

    /** Built-in letters: the sheet is the same but for them, and words are still drawn. */
    @Test
    void withoutFontsTheSheetHasLettersOfItsOwn() throws IOException {
        ImageAttention attention = RandomAttention.picture(3, 1, 2, 2, 2, 1);
        AttentionPictures.write(
                attention, "Übung ~ {x}", folder, AttentionPictureOptions.DEFAULT, new PixelLettering());
        BufferedImage sheet = read("contact-sheet.png");
        int ink = 0;
        for (int x = 0; x < 600; x++) {
            ink += light(sheet.getRGB(x, 80)) < 100 ? 1 : 0;
        }
        assertTrue(ink > 10, "the title is drawn");
    }

    /** As on a server or in a container: no fontconfig, no fonts. */
    @Test
    void aMachineWithoutFontsDrawsAsWell() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Djava.awt.headless=true",
                        "-Dsun.awt.fontconfig=/nowhere", // Linux: as if there were no fontconfig
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutFonts.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        int status = process.waitFor();
        assumeTrue(status != WithoutFonts.FONTS_FOUND, "this system finds its fonts whatever one does");
        assertEquals(0, status, this::log);
        assertEquals(1600, read("contact-sheet.png").getWidth());
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void whatCannotBeWrittenIsRefused() throws IOException {
        ImageAttention attention = RandomAttention.picture(3, 2, 1, 2, 2, 1);
        Path file = Files.writeString(folder.resolve("file"), "kept");
        var error = assertThrows(FileSystemException.class, () -> AttentionPictures.write(attention, "title", file));
        assertTrue(error.getMessage().contains("expected a folder"), error.getMessage());
        assertEquals("kept", Files.readString(file));
        AttentionPictureOptions third = AttentionPictureOptions.DEFAULT.withLayer(2);
        var noLayer = assertThrows(
                IllegalArgumentException.class, () -> AttentionPictures.write(attention, "title", folder, third));
        assertTrue(noLayer.getMessage().contains("0 to 1"), noLayer.getMessage());
        assertThrows(IllegalArgumentException.class, () -> third.withLayer(-1));
        assertThrows(IllegalArgumentException.class, () -> third.withMass(0));
        assertThrows(IllegalArgumentException.class, () -> third.withMass(Double.NaN));
    }

    @Test
    void coloursGrowLighterInEvenSteps() {
        double last = -1;
        for (int i = 0; i <= 16; i++) {
            double lightness = cielab(ColourMap.rgb(i / 16.0));
            if (last >= 0) {
                assertEquals(5.6, lightness - last, 2.5, "step " + i);
            }
            last = lightness;
        }
        assertEquals(ColourMap.rgb(0), ColourMap.rgb(-3));
        assertEquals(ColourMap.rgb(1), ColourMap.rgb(3));
    }

    /** L* of CIELAB, 0 to 100: another measure than the one the colours were made by. */
    private static double cielab(int rgb) {
        double luminance = 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
        return luminance > 216 / 24389.0 ? 116 * Math.cbrt(luminance) - 16 : luminance * 24389 / 27;
    }

    private static double linear(int channel) {
        double value = (channel & 0xFF) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static int light(int rgb) {
        return Canvas.grey(rgb) & 0xFF;
    }

    private BufferedImage read(String name) throws IOException {
        return ImageIO.read(folder.resolve(name).toFile());
    }
}
