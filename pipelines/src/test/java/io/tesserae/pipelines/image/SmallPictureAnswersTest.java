package io.tesserae.pipelines.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.Question;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to small pictures of a formula, against the reference; testdata/make_small_picture_answers.py asked it. */
class SmallPictureAnswersTest {

    private static final float TOLERANCE = 2e-5f;

    private static List<JsonObject> cases(String model) throws IOException {
        String text = Packed.text(Path.of("..", "testdata", "small-picture-answers.json"));
        JsonArray cases = JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cases");
        List<JsonObject> found = ReferenceAnswers.objects(cases).stream()
                .filter(one -> one.get("model").getAsString().equals(model))
                .toList();
        assertEquals(20, found.size());
        return found;
    }

    private static ImageInput picture(JsonObject asked) {
        int number = asked.get("picture").getAsInt();
        JsonElement size = asked.get("size");
        int width = size.getAsJsonArray().get(0).getAsInt();
        int height = size.getAsJsonArray().get(1).getAsInt();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    rgb = rgb << 8 | value(number, x, y, channel) % 256;
                }
                image.setRGB(x, y, rgb);
            }
        }
        return ImageInput.of(image);
    }

    private static int value(int number, int x, int y, int channel) {
        return switch (number % 5) {
            case 0 -> x * 5 + y * 3 + channel * 40;
            case 1 -> (x / 4 + y / 4) % 2 * 255;
            case 2 -> (x * 7919 + y * 104729 + channel * 1299709) * (number + 3) / 7;
            case 3 -> (x + channel) % 3 * 127;
            default -> channel * 100 + 55;
        };
    }

    /** Each sum has a part of every token's number, weighted by the token's place. */
    @Test
    void featuresAreThoseOfTheReference() throws IOException {
        try (var pipeline = Pipelines.imageFeatureExtraction(ReferenceAnswers.fixture("dinov3/base"))) {
            for (JsonObject asked : cases("dinov3/base")) {
                Tensor found = pipeline.extract(picture(asked));
                int tokens = found.dimension(0);
                assertEquals(asked.get("tokens").getAsInt(), tokens, asked.toString());
                JsonArray sums = asked.getAsJsonArray("sums");
                assertEquals(sums.size(), found.dimension(1));
                for (int i = 0; i < sums.size(); i++) {
                    double sum = 0;
                    for (int token = 0; token < tokens; token++) {
                        sum += found.data()[token * sums.size() + i] * (double) (token + 1);
                    }
                    assertEquals(sums.get(i).getAsDouble(), sum / tokens / tokens, TOLERANCE, asked.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip/pipeline", "siglip/pipeline"})
    void labelsAreFoundAsByTheReference(String model) throws IOException {
        try (var pipeline = Pipelines.zeroShotImageClassification(ReferenceAnswers.fixture(model))) {
            for (JsonObject asked : cases(model)) {
                var options = ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(
                        ReferenceAnswers.strings(asked.get("labels")));
                List<Classification> expected = Question.answer(asked.get("answer"));
                List<Classification> found = pipeline.classify(picture(asked), options);
                assertEquals(expected.size(), found.size());
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i).label(), found.get(i).label(), asked + " " + found);
                    assertEquals(expected.get(i).score(), found.get(i).score(), TOLERANCE, asked.toString());
                }
            }
        }
    }
}
