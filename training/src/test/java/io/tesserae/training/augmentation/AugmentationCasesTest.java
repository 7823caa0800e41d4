package io.tesserae.training.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every byte as Pillow's and torchvision's, and every crop where theirs is. */
class AugmentationCasesTest {

    /** More cases can be had with {@code make_augmentation_cases.py --many 300 --out FILE} and this property. */
    private static final Path CASES = Path.of(System.getProperty(
            "tesserae.augmentationCases",
            Path.of("..", "testdata", "augmentation-cases.json").toString()));

    @Test
    void everyByteIsPillows() throws Exception {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonArray recorded : cases()) {
            if (!recorded.get(0).getAsString().equals("crop")) {
                RgbImage picture = GeneratedPicture.of(
                        recorded.get(2).getAsInt(),
                        recorded.get(3).getAsInt(),
                        recorded.get(4).getAsInt(),
                        recorded.get(5).getAsInt());
                RgbImage changed = changed(
                        picture, recorded.get(0).getAsString(), recorded.get(1).getAsDouble());
                if (GeneratedPicture.crc(changed.pixels()) != recorded.get(6).getAsLong()) {
                    wrong.add(recorded.toString());
                }
                compared++;
            }
        }
        assertTrue(compared >= 25, "hardly any cases");
        assertEquals(List.of(), wrong);
    }

    private static RgbImage changed(RgbImage picture, String operation, double argument) {
        return switch (operation) {
            case "flip" -> RandomHorizontalFlip.flipped(picture);
            case "grayscale" -> Grayscale.of(picture);
            case "solarize" -> new Solarize(1, (int) argument).solarized(picture);
            case "brightness" -> ColorAdjustment.BRIGHTNESS.apply(picture, argument);
            case "contrast" -> ColorAdjustment.CONTRAST.apply(picture, argument);
            case "saturation" -> ColorAdjustment.SATURATION.apply(picture, argument);
            case "hue" -> ColorAdjustment.HUE.apply(picture, argument);
            case "blur" -> BoxBlur.gaussian(picture, argument);
            default -> throw new IllegalArgumentException("an operation that nobody knows: " + operation);
        };
    }

    @Test
    void everyCropIsTorchvisions() throws Exception {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonArray recorded : cases()) {
            if (recorded.get(0).getAsString().equals("crop")) {
                if (!crop(recorded)
                        .equals(expected(recorded.getAsJsonArray().get(5).getAsJsonArray()))) {
                    wrong.add(recorded + " is not " + crop(recorded));
                }
                compared++;
            }
        }
        assertTrue(compared >= 15, "hardly any cases");
        assertEquals(List.of(), wrong);
    }

    private static Crop crop(JsonArray recorded) {
        JsonArray ranges = recorded.get(1).getAsJsonArray();
        JsonArray place = recorded.get(2).getAsJsonArray();
        return new RandomResizedCrop(
                        new ImageSize(1, 1),
                        new Range(ranges.get(0).getAsDouble(), ranges.get(1).getAsDouble()),
                        new Range(ranges.get(2).getAsDouble(), ranges.get(3).getAsDouble()),
                        ResampleFilter.BICUBIC)
                .crop(
                        recorded.get(3).getAsInt(),
                        recorded.get(4).getAsInt(),
                        RandomNumbers.of(
                                place.get(0).getAsLong(),
                                place.get(1).getAsLong(),
                                place.get(2).getAsInt(),
                                place.get(3).getAsInt()));
    }

    private static Crop expected(JsonArray box) {
        return new Crop(
                box.get(0).getAsInt(),
                box.get(1).getAsInt(),
                box.get(2).getAsInt(),
                box.get(3).getAsInt());
    }

    private static List<JsonArray> cases() throws Exception {
        return JsonParser.parseString(Files.readString(CASES)).getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonArray)
                .toList();
    }
}
