package io.tesserae.loaders.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures cut into tiles, against what the reference makes of them. */
class TiledImageProcessorTest {

    /** Other cases than those of the project: what make_tiled_picture_cases.py writes with {@code --many}. */
    private static final Path CASES =
            Path.of(System.getProperty("tesserae.tiledPictureCases", "../testdata/tiled-picture-cases.json"));

    private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);

    private static Checkpoint checkpoint(Map<String, String> files) {
        return Checkpoint.open(ModelFiles.resources(
                "test",
                name -> files.containsKey(name)
                        ? new ByteArrayInputStream(files.get(name).getBytes(StandardCharsets.UTF_8))
                        : null));
    }

    private static TiledImageProcessor load(Map<String, String> files) {
        try (Checkpoint checkpoint = checkpoint(files)) {
            return AutoImageProcessor.tiled(checkpoint, Engine.shared());
        }
    }

    private static TiledImageProcessor load(String keys) {
        return load(Map.of(
                "preprocessor_config.json",
                "{\"image_processor_type\": \"Idefics3ImageProcessor\"" + keys.replace('\'', '"') + "}"));
    }

    private static TiledImageProcessor processor(TargetSize resize, boolean splitting, int tileSide) {
        return new TiledImageProcessor(
                new TiledImageProcessorConfig(
                        Optional.ofNullable(resize), ResampleFilter.LANCZOS, splitting, tileSide, 1, HALVES, HALVES),
                Engine.shared());
    }

    @Test
    void everyCaseGivesTheReferencesBits() throws Exception {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonElement element : JsonParser.parseString(Packed.text(CASES)).getAsJsonArray()) {
            JsonObject object = element.getAsJsonObject();
            Map<String, String> files = new TreeMap<>();
            object.getAsJsonObject("files").asMap().forEach((name, content) -> files.put(name, content.toString()));
            JsonArray pictures = object.getAsJsonArray("pictures");
            for (int i = 0; i < pictures.size(); i++) {
                JsonElement result = object.getAsJsonArray("results").get(i);
                String expected = result instanceof JsonNull ? "refused" : result.toString();
                String found = digest(files, pictures.get(i).getAsJsonArray());
                if (!found.equals(expected)) {
                    wrong.add(files + " " + pictures.get(i) + ": expected " + expected + ", found " + found);
                }
                compared++;
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(compared >= 600, "hardly any cases: " + compared);
    }

    private static String digest(Map<String, String> files, JsonArray picture) {
        TiledPicture tiles;
        try {
            tiles = load(files)
                    .process(GeneratedPicture.of(
                            picture.get(0).getAsInt(),
                            picture.get(1).getAsInt(),
                            picture.get(2).getAsInt(),
                            picture.get(3).getAsInt()));
        } catch (ModelLoadingException e) {
            return "refused";
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("too long and narrow"), e.getMessage());
            return "refused";
        }
        Tensor values = tiles.pixelValues();
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values.data(), 0, values.size());
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        return "[" + Arrays.toString(values.shape()).replace(" ", "") + ","
                + tiles.grid().rows() + "," + tiles.grid().columns() + "," + crc.getValue() + "]";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'size': null | size: expected a size, because do_resize is true, found null",
                "'size': {'longest_edge': 0} | size.longest_edge: expected a whole number of pixels from 1 to 4096, found 0",
                "'size': {'longest_edge': 4097} | size.longest_edge: expected a whole number of pixels from 1 to 4096",
                "'size': {'longest_edge': -1} | size.longest_edge: expected a whole number",
                "'size': {'shortest_edge': 9} | size: expected the keys longest_edge, or height and width, found",
                "'size': 'x' | size: expected a whole number",
                "'size': 9, 'default_to_square': false | size: expected an object with longest_edge, because",
                "'max_image_size': 364 | max_image_size: expected an object, found 364",
                "'max_image_size': {} | max_image_size: expected the keys longest_edge, found",
                "'max_image_size': {'longest_edge': 0} | max_image_size.longest_edge: expected a whole number",
                "'max_image_size': {'longest_edge': 1e9} | max_image_size.longest_edge: expected a whole number",
                "'max_image_size': {'longest_edge': 9, 'width': 3} | max_image_size: expected the keys longest_edge",
                "'do_image_splitting': 'yes' | do_image_splitting: expected true or false",
                "'do_pad': 3 | do_pad: expected true or false",
                "'do_center_crop': true | do_center_crop: expected false: this step is not supported, found true",
                "'crop_pct': 0.9 | crop_pct: expected no such key",
                "'resample': 9 | resample: expected a filter's number from 0 to 5",
                "'image_std': 0 | image_std: expected numbers other than zero",
                "'image_mean': [1, 2] | image_mean: expected a number or an array of 3 numbers",
            })
    void whatIsWrongIsNamed(String keys, String message) {
        ModelLoadingException e = assertThrows(ModelLoadingException.class, () -> load(", " + keys));
        assertTrue(e.getMessage().startsWith("test: preprocessor_config.json: " + message), e.getMessage());
    }

    @Test
    void oneKindOfProcessorIsNotTakenForTheOther() {
        Map<String, String> tiled =
                Map.of("preprocessor_config.json", "{\"image_processor_type\": \"SmolVLMImageProcessorPil\"}");
        Map<String, String> plain =
                Map.of("preprocessor_config.json", "{\"image_processor_type\": \"ViTImageProcessor\"}");
        try (Checkpoint checkpoint = checkpoint(tiled)) {
            assertTrue(AutoImageProcessor.isTiled(checkpoint));
            String message = assertThrows(
                            ModelLoadingException.class,
                            () -> AutoImageProcessor.fromPretrained(checkpoint, Engine.shared()))
                    .getMessage();
            assertTrue(message.contains("AutoImageProcessor.tiled loads it, found the string"), message);
        }
        try (Checkpoint checkpoint = checkpoint(plain)) {
            assertFalse(AutoImageProcessor.isTiled(checkpoint));
        }
        assertEquals(
                "test: preprocessor_config.json: image_processor_type: expected a processor that cuts pictures into tiles,"
                        + " Idefics3ImageProcessor or SmolVLMImageProcessor, found the string \"ViTImageProcessor\"",
                assertThrows(ModelLoadingException.class, () -> load(plain)).getMessage());
    }

    @Test
    void aPictureOfWholeTilesIsCutAsItLies() {
        RgbImage picture = GeneratedPicture.of(0, 1, 6, 4);
        TiledPicture tiles = processor(null, true, 2).process(picture);
        assertEquals(new TileGrid(2, 3), tiles.grid());
        assertArrayEquals(new int[] {7, 3, 2, 2}, tiles.pixelValues().shape());
        float[] values = tiles.pixelValues().toArray();
        for (int tile = 0; tile < 6; tile++) {
            for (int channel = 0; channel < 3; channel++) {
                for (int at = 0; at < 4; at++) {
                    int expected = picture.get(tile % 3 * 2 + at % 2, tile / 3 * 2 + at / 2, channel);
                    assertEquals((expected - 0.5f) / 0.5f, values[(tile * 3 + channel) * 4 + at]);
                }
            }
        }
    }

    /** 49 times a 49th is less than 1 in floating point, and so there is no width left: the reference fails there too. */
    @Test
    void aPictureThatRoundingMakesVanishIsRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> processor(null, true, 49).grid(1, 49))
                .getMessage();
        assertEquals("a picture of 1 x 49 pixels is too long and narrow to be cut into tiles of 49 x 49", message);
    }

    @Test
    void aFolderIsReadByItself(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("preprocessor_config.json"), "{\"image_processor_type\": \"Idefics3ImageProcessor\"}");
        TiledImageProcessorConfig config = AutoImageProcessor.tiled(folder).config();
        assertEquals(Optional.of(new TargetSize.LongestEdge(1456)), config.resize());
        assertEquals(364, config.tileSide());
        assertEquals(ResampleFilter.LANCZOS, config.resample());
    }

    @Test
    void whatATileShowsIsItsPlaceInThePicture() {
        TiledImageProcessor processor = processor(new TargetSize.LongestEdge(64), true, 16);
        assertEquals(new TileGrid(2, 4), processor.grid(200, 80));
        List<Region> regions = processor.seenRegions(200, 80);
        assertEquals(9, regions.size());
        assertEquals(new Region(0, 0, 50, 40), regions.getFirst());
        assertEquals(new Region(150, 40, 50, 40), regions.get(7));
        assertEquals(new Region(0, 0, 200, 80), regions.getLast());
        assertEquals(
                List.of(new Region(0, 0, 200, 80)),
                processor.withSplitting(false).seenRegions(200, 80));
        assertEquals(TileGrid.WHOLE, processor.withSplitting(false).grid(200, 80));
        assertFalse(processor.withSplitting(false).config().splitting());
    }

    @Test
    void whatWouldBeTooLargeIsRefused() {
        TiledImageProcessor unresized = processor(null, true, 364);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> unresized.grid(Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertTrue(
                e.getMessage().contains("too long and narrow") || e.getMessage().contains("at most"), e.getMessage());
        String message = assertThrows(IllegalArgumentException.class, () -> unresized.grid(20_000, 20_000))
                .getMessage();
        assertTrue(
                message.startsWith(
                        "a picture of 20000 x 20000 pixels would be resized to 20000 x 20000, and come out as"
                                + " 3026 tiles of 364 x 364; at most 67108864 pixels"),
                message);
        assertThrows(
                IllegalArgumentException.class,
                () -> processor(null, false, 40_000).grid(3, 3));
        assertThrows(IllegalArgumentException.class, () -> processor(null, true, 0));
        assertThrows(IllegalArgumentException.class, () -> new TileGrid(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new TileGrid(-1, -1));
        assertThrows(
                IllegalArgumentException.class, () -> new TiledPicture(Tensor.zeros(4, 3, 2, 2), new TileGrid(2, 2)));
    }
}
