package io.tesserae.loaders.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DINOv3's image processor, which rescales before it resizes. */
class SmoothPixelValuesTest {

    private static ImageProcessor load(String settings, Engine engine) {
        ModelFiles files = ModelFiles.resources(
                "test",
                name -> name.equals("preprocessor_config.json")
                        ? new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8))
                        : null);
        return AutoImageProcessor.fromPretrained(files, engine);
    }

    private static RgbImage picture(JsonArray numbers) {
        return GeneratedPicture.of(
                numbers.get(0).getAsInt(),
                numbers.get(1).getAsInt(),
                numbers.get(2).getAsInt(),
                numbers.get(3).getAsInt());
    }

    @Test
    void everyCaseIsTheReferences() throws Exception {
        JsonArray cases = JsonParser.parseString(Packed.text(Path.of("..", "testdata", "smooth-resize-cases.json")))
                .getAsJsonArray();
        assertEquals(20, cases.size());
        for (JsonElement element : cases) {
            JsonObject given = element.getAsJsonObject();
            Tensor values = load(given.get("settings").toString(), Engine.shared())
                    .process(picture(given.getAsJsonArray("picture")));
            JsonArray shape = given.getAsJsonArray("shape");
            for (int axis = 0; axis < 3; axis++) {
                assertEquals(shape.get(axis).getAsInt(), values.dimension(axis), given.toString());
            }
            JsonArray expected = given.getAsJsonArray("values");
            int every = given.get("every").getAsInt();
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i).getAsFloat(), values.data()[i * every], 2e-6f, given.toString());
            }
        }
    }

    @Test
    void threadsChangeNoBit() {
        RgbImage picture = GeneratedPicture.of(0, 3, 131, 77);
        String settings = "{\"image_processor_type\": \"DINOv3ViTImageProcessorFast\", \"size\": [48, 33]}";
        try (Engine one = Engine.builder().threads(1).build();
                Engine three = Engine.builder().threads(3).build()) {
            float[] alone = load(settings, one).process(picture).data();
            assertArrayEquals(alone, load(settings, three).process(picture).data());
            float[] second =
                    load(settings, three).process(List.of(picture, picture)).data();
            assertEquals(alone[5], second[alone.length + 5]);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "do_center_crop ; true, 'crop_size': 20 ; false",
                "do_rescale ; false ; true",
                "do_rescale ; null ; true",
                "resample ; 0 ; 2 (bilinear) or 3",
                "resample ; 1 ; 2 (bilinear) or 3",
                "resample ; 'bilinear' ; 2 (bilinear) or 3",
            },
            quoteCharacter = '~')
    void whatIsWrongIsNamed(String key, String value, String expected) {
        String settings = "{'image_processor_type': 'DINOv3ViTImageProcessor', '" + key + "': " + value + "}";
        String message = assertThrows(
                        ModelLoadingException.class, () -> load(settings.replace('\'', '"'), Engine.shared()))
                .getMessage();
        assertTrue(message.startsWith("test: preprocessor_config.json: " + key + ": expected " + expected), message);
    }

    @Test
    void aConfigurationThatCannotBeIsRefused() {
        List<Double> zeros = List.of(0.0, 0.0, 0.0);
        List<Double> ones = List.of(1.0, 1.0, 1.0);
        Optional<CenterCrop> crop = Optional.of(new CenterCrop.AfterResize(new ImageSize(2, 2)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageProcessorConfig(
                        Optional.empty(), ResampleFilter.LANCZOS, Optional.empty(), 1, zeros, ones, true));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageProcessorConfig(Optional.empty(), ResampleFilter.BILINEAR, crop, 1, zeros, ones, true));
    }

    @Test
    void aPictureThatIsTooHighIsRefused() {
        ImageProcessor processor = load(
                "{\"image_processor_type\": \"DINOv3ViTImageProcessor\", \"size\": {\"height\": 2, \"width\": 4000}}",
                Engine.shared());
        RgbImage high = new RgbImage(1, 200_000, new byte[600_000]);
        String message = assertThrows(IllegalArgumentException.class, () -> processor.process(high))
                .getMessage();
        assertTrue(message.startsWith("a picture of 1 x 200000 pixels is too high"), message);
    }

    /** Positions are floats, which are two pixels apart here. */
    @Test
    void aPictureOfVeryManyColumnsHasThemAll() {
        RgbImage wide = new RgbImage(20_000_001, 1, new byte[60_000_003]);
        ImageProcessor processor = load(
                "{\"image_processor_type\": \"DINOv3ViTImageProcessor\", \"size\": {\"height\": 1, \"width\":"
                        + " 4000}, \"do_normalize\": false}",
                Engine.shared());
        assertEquals(0f, processor.process(wide).data()[3999]);
    }

    @Test
    void anotherSizeIsMadeTheSameWay() {
        ImageProcessor processor = load("{\"image_processor_type\": \"DINOv3ViTImageProcessor\"}", Engine.shared());
        assertTrue(processor.withSize(32, 48).config().rescalesFirst());
        assertEquals(
                48,
                processor
                        .withSize(32, 48)
                        .process(GeneratedPicture.of(0, 1, 20, 20))
                        .dimension(2));
    }
}
