package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.PlainPng;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of the file, against what the reference makes of it; and everything that must not pass. */
class AutoImageProcessorTest {

    private static final String PREPROCESSOR_CONFIG = "preprocessor_config.json";

    private static ImageProcessor load(Map<String, String> files) {
        return AutoImageProcessor.fromPretrained(ModelFiles.resources(
                "test",
                name -> files.containsKey(name)
                        ? new ByteArrayInputStream(files.get(name).getBytes(StandardCharsets.UTF_8))
                        : null));
    }

    private static ImageProcessor vit(String keys) {
        return load(Map.of(PREPROCESSOR_CONFIG, "{\"image_processor_type\": \"ViTImageProcessor\"" + keys + "}"));
    }

    @Test
    void everyCaseGivesTheReferencesBits() throws Exception {
        JsonObject root = JsonParser.parseString(Packed.text(Path.of("..", "testdata", "image-processor-cases.json")))
                .getAsJsonObject();
        JsonArray pictures = root.getAsJsonArray("pictures");
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonElement element : root.getAsJsonArray("cases")) {
            Map<String, String> files = new TreeMap<>();
            element.getAsJsonObject()
                    .getAsJsonObject("files")
                    .asMap()
                    .forEach((name, content) -> files.put(name, content.toString()));
            JsonArray results = element.getAsJsonObject().getAsJsonArray("results");
            for (int i = 0; i < pictures.size(); i++) {
                JsonArray picture = pictures.get(i).getAsJsonArray();
                String found = digest(files, picture);
                String expected = results.get(i) instanceof JsonNull
                        ? "refused"
                        : results.get(i).toString();
                if (!found.equals(expected)) {
                    wrong.add(files + " " + picture + ": expected " + expected + ", found " + found);
                }
                compared++;
            }
        }
        assertTrue(compared >= 300, "hardly any cases");
        assertEquals(List.of(), wrong);
    }

    private static String digest(Map<String, String> files, JsonArray picture) {
        Tensor values;
        try {
            values = load(files)
                    .process(GeneratedPicture.of(
                            picture.get(0).getAsInt(),
                            picture.get(1).getAsInt(),
                            picture.get(2).getAsInt(),
                            picture.get(3).getAsInt()));
        } catch (ModelLoadingException e) {
            return "refused";
        }
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values.data(), 0, values.size());
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        return "[" + Arrays.toString(values.shape()).replace(" ", "") + "," + crc.getValue() + "]";
    }

    /** The fixtures in testdata, and those beside the project where there are any. */
    static List<Fixture> visionFixtures() throws IOException {
        List<Fixture> fixtures = new ArrayList<>();
        for (Path root : List.of(Fixture.ROOT, Path.of("..", "..", "shared", "fixtures"))) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> folders = Files.list(root)) {
                    folders.filter(folder -> Files.exists(folder.resolve(PREPROCESSOR_CONFIG)))
                            .sorted()
                            .map(Fixture::new)
                            .forEach(fixtures::add);
                }
            }
        }
        return fixtures;
    }

    @ParameterizedTest
    @MethodSource("visionFixtures")
    void plainPicturesOfAFixtureGiveTheBitsThatItWasFed(Fixture fixture) throws Exception {
        JsonArray inputs = JsonParser.parseString(
                        Files.readString(fixture.folder().resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("inputs");
        ImageProcessor processor = AutoImageProcessor.fromPretrained(fixture.folder());
        try (SafetensorsFile expected = fixture.expected()) {
            Tensor fed = Fixture.tensor(expected, "in.pixel_values");
            assertEquals(inputs.size(), fed.dimension(0));
            int compared = 0;
            for (int i = 0; i < inputs.size(); i++) {
                Path file = fixture.folder().resolve(inputs.get(i).getAsString());
                if (isPlain(file)) {
                    Tensor values = processor.process(PlainPng.read(file));
                    int from = i * values.size();
                    assertArrayEquals(
                            Arrays.copyOfRange(fed.data(), from, from + values.size()),
                            values.toArray(),
                            file.toString());
                    compared++;
                }
            }
            assertTrue(compared > 0, "no picture was compared");
        }
    }

    /** Perceiver's, of which there are some beside the project: all pictures are plain. */
    @ParameterizedTest
    @ValueSource(strings = {"perceiver-image-conv", "perceiver-image-fourier", "perceiver-image-learned"})
    void aCropBeforeTheResizeGivesTheBitsThatAFixtureWasFed(String name) throws Exception {
        Path folder = Path.of("..", "..", "shared", "multimodal", "fixtures", name);
        assumeTrue(Files.isDirectory(folder), "the fixtures are not beside the project");
        JsonArray inputs = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("inputs");
        ImageProcessor processor = AutoImageProcessor.fromPretrained(folder);
        List<RgbImage> pictures = new ArrayList<>();
        for (JsonElement input : inputs) {
            pictures.add(ImageFiles.read(folder.resolve(input.getAsString())));
        }
        assertTrue(pictures.size() >= 4, "hardly any pictures");
        try (SafetensorsFile expected = new Fixture(folder).expected()) {
            Tensor fed = Fixture.tensor(expected, "in.inputs");
            Tensor found = processor.process(pictures);
            assertArrayEquals(fed.shape(), found.shape());
            assertArrayEquals(fed.toArray(), found.toArray());
        }
    }

    /** IDEFICS's, of which there are some beside the project: a sample's pictures, and black ones where it has fewer. */
    @ParameterizedTest
    @ValueSource(strings = {"idefics", "idefics-plain"})
    void picturesAmongWordsGiveTheBitsThatAFixtureWasFed(String name) throws Exception {
        Path folder = Path.of("..", "..", "shared", "multimodal", "fixtures", name);
        assumeTrue(Files.isDirectory(folder), "the fixtures are not beside the project");
        JsonArray samples = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("inputs");
        ImageProcessor processor = AutoImageProcessor.fromPretrained(folder);
        int compared = 0;
        try (SafetensorsFile expected = new Fixture(folder).expected()) {
            Tensor fed = Fixture.tensor(expected, "in.pixel_values"); // [samples, most pictures, 3, side, side]
            assertEquals(samples.size(), fed.dimension(0));
            for (int sample = 0; sample < samples.size(); sample++) {
                int picture = 0;
                for (JsonElement part : samples.get(sample).getAsJsonArray()) {
                    if (part.getAsString().endsWith(".png")) {
                        Tensor found = processor.process(ImageFiles.read(folder.resolve(part.getAsString())));
                        int from = (sample * fed.dimension(1) + picture++) * found.size();
                        assertArrayEquals(Arrays.copyOfRange(fed.data(), from, from + found.size()), found.toArray());
                        compared++;
                    }
                }
            }
        }
        assertEquals(4, compared);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'size': null | size: expected a size, because do_resize or do_center_crop is true, found null",
                "'size': null, 'do_resize': false | size: expected a size, because do_resize or do_center_crop",
                "'size': {'shortest_edge': 9} | size: expected height and width, because do_center_crop is true",
                "'size': 9, 'default_to_square': false | size: expected height and width, because do_center_crop",
                "'size': {'max_height': 9, 'max_width': 8}, 'do_resize': false | size: expected height and width",
                "'crop_size': null | crop_size: expected a size, because do_center_crop is true, found null",
                "'crop_size': 0 | crop_size: expected a whole number of pixels from 1 to 4096, found 0",
                "'crop_size': {'shortest_edge': 9} | crop_size: expected the keys height and width",
            })
    void whatIsWrongWithACropBeforeTheResizeIsNamed(String keys, String message) {
        String text = "{\"image_processor_type\": \"PerceiverImageProcessor\", " + keys.replace('\'', '"') + "}";
        ModelLoadingException e =
                assertThrows(ModelLoadingException.class, () -> load(Map.of(PREPROCESSOR_CONFIG, text)));
        assertTrue(e.getMessage().startsWith("test: preprocessor_config.json: " + message), e.getMessage());
    }

    private static boolean isPlain(Path file) {
        return file.getFileName().toString().matches("shapes\\.png|noise-wide\\.png|tiny\\.png");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'size': 0 | size: expected a whole number of pixels from 1 to 4096, found 0",
                "'size': -3 | size: expected a whole number",
                "'size': 4097 | size: expected a whole number of pixels from 1 to 4096, found 4097",
                "'size': 999999999999999999999999 | size: expected a whole number",
                "'size': 224.0 | size: expected a whole number",
                "'size': true | size: expected a whole number",
                "'size': '224' | size: expected a whole number",
                "'size': null | size: expected a size, because do_resize is true, found null",
                "'size': [224] | size: expected height and width, found an array of 1",
                "'size': [1, 2, 3] | size: expected height and width",
                "'size': [1, 'a'] | size[1]: expected a whole number",
                "'size': {} | size: expected the keys height and width, shortest_edge",
                "'size': {'height': 3} | size: expected the keys height and width, shortest_edge",
                "'size': {'longest_edge': 3} | size: expected the keys height and width, shortest_edge",
                "'size': {'min_pixels': 3, 'max_pixels': 5} | size: expected the keys height and width, shortest_edge",
                "'size': {'height': 3, 'width': 4, 'depth': 2} | size: expected the keys height and width, shortest_edge",
                "'size': {'height': 3, 'width': 0} | size.width: expected a whole number",
                "'size': {'height': null, 'width': 7} | size.height: expected a whole number",
                "'do_center_crop': true, 'crop_size': {'shortest_edge': 3} | crop_size: expected the keys height and width",
                "'do_center_crop': true | crop_size: expected a size, because do_center_crop is true, found nothing",
                "'do_center_crop': true, 'crop_size': 1e9 | crop_size: expected a whole number",
                "'do_resize': 2 | do_resize: expected true or false, found 2",
                "'do_resize': 'false' | do_resize: expected true or false",
                "'do_convert_rgb': 'yes' | do_convert_rgb: expected true or false",
                "'do_pad': true | do_pad: expected false: this step is not supported, found true",
                "'do_thumbnail': true | do_thumbnail: expected false",
                "'do_align_long_axis': 'x' | do_align_long_axis: expected false",
                "'crop_pct': 0.875 | crop_pct: expected no such key",
                "'offset': true | offset: expected no such key",
                "'size_divisor': 32 | size_divisor: expected no such key",
                "'resample': 6 | resample: expected a filter's number from 0 to 5, or its name, found 6",
                "'resample': 3.0 | resample: expected",
                "'resample': -1 | resample: expected",
                "'resample': 'cubic' | resample: expected",
                "'size': {'shortest_edge': 24, 'longest_edge': 30.5} | size.longest_edge: expected a whole number",
                "'size': {'shortest_edge': null, 'longest_edge': 30} | size.shortest_edge: expected a whole number",
                "'resample': null | resample: expected a filter's number from 0 to 5, or its name, found null",
                "'rescale_factor': 'a' | rescale_factor: expected a number",
                "'rescale_factor': 1e999 | rescale_factor: expected a number that fits in a float",
                "'rescale_factor': null | rescale_factor: expected a number, because do_rescale is true, found null",
                "'image_mean': [0.5, 0.5] | image_mean: expected a number or an array of 3 numbers, found an array of 2",
                "'image_mean': [0.5, 0.5, null] | image_mean[2]: expected a number",
                "'image_mean': 'x' | image_mean: expected a number",
                "'image_std': 0 | image_std: expected numbers other than zero",
                "'image_std': [1, 1e-60, 1] | image_std: expected numbers other than zero",
                "'image_std': {} | image_std: expected a number",
                "'input_data_format': 'channels_first' | input_data_format: expected channels_last",
                "'data_format': 'channels_last' | data_format: expected channels_first",
            })
    void whatIsWrongIsNamed(String keys, String message) {
        ModelLoadingException e = assertThrows(ModelLoadingException.class, () -> vit(", " + keys.replace('\'', '"')));
        assertTrue(e.getMessage().startsWith("test: preprocessor_config.json: " + message), e.getMessage());
    }

    @Test
    void otherClassesAreRefusedByName() {
        for (String name : List.of("ConvNextImageProcessor", "ViT", "", "ViTImageProcessorSlow")) {
            String message = assertThrows(
                            ModelLoadingException.class,
                            () -> load(Map.of(PREPROCESSOR_CONFIG, "{\"image_processor_type\": \"" + name + "\"}")))
                    .getMessage();
            assertEquals(
                    "test: preprocessor_config.json: image_processor_type: expected one of ViTImageProcessor,"
                            + " DeiTImageProcessor, BitImageProcessor, CLIPImageProcessor, SiglipImageProcessor, BlipImageProcessor, PerceiverImageProcessor, IdeficsImageProcessor, DINOv3ViTImageProcessor, found the string \""
                            + name
                            + "\"",
                    message);
        }
        assertThrows(
                ModelLoadingException.class,
                () -> load(Map.of(PREPROCESSOR_CONFIG, "{\"feature_extractor_type\": \"Wav2Vec2FeatureExtractor\"}")));
    }

    @Test
    void withoutAClassTheModelMustHaveOne() {
        Map<String, String> files = Map.of(PREPROCESSOR_CONFIG, "{}", "config.json", "{\"model_type\": \"swin\"}");
        String message =
                assertThrows(ModelLoadingException.class, () -> load(files)).getMessage();
        assertTrue(message.contains("image_processor_type") && message.contains("swin"), message);
        assertThrows(ModelLoadingException.class, () -> load(Map.of(PREPROCESSOR_CONFIG, "{}")));
    }

    @Test
    void withoutAFileThereIsAnErrorThatSaysWhich() {
        String message =
                assertThrows(ModelLoadingException.class, () -> load(Map.of())).getMessage();
        assertTrue(message.contains("preprocessor_config.json: no such file"), message);
        assertTrue(message.contains("processor_config.json with an image_processor"), message);
    }

    @Test
    void damagedFilesAreRefused() {
        String text = "{\"image_processor_type\": \"DeiTImageProcessor\", \"size\": {\"height\": 30, \"width\": 40},"
                + " \"crop_size\": [20, 24], \"image_mean\": [0.1, 0.2, 3e-1], \"image_std\": 0.5, \"resample\": 3,"
                + " \"do_rescale\": true, \"rescale_factor\": 0.00392}";
        Random random = new Random(3);
        String pieces = "{}[]\",:0123456789.-+eEtrufalsn_ \\";
        RgbImage picture = GeneratedPicture.of(0, 1, 9, 7);
        for (int round = 0; round < 4000; round++) {
            StringBuilder damaged = new StringBuilder(text);
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                int at = random.nextInt(damaged.length());
                switch (random.nextInt(3)) {
                    case 0 -> damaged.deleteCharAt(at);
                    case 1 -> damaged.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                    default -> damaged.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
                }
            }
            ImageProcessor processor;
            try {
                processor = load(Map.of(PREPROCESSOR_CONFIG, damaged.toString()));
            } catch (ModelLoadingException e) {
                assertTrue(e.getMessage().startsWith("test: "), e.getMessage());
                continue;
            }
            if ((long) processor.outputSize(9, 7).width()
                            * processor.outputSize(9, 7).height()
                    < 10_000) {
                processor.process(picture);
            }
        }
    }
}
