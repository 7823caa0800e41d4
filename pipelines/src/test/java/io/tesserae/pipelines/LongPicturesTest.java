package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.pipelines.attention.ImageAttentionPipeline;
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of a hundred bytes may be a picture that is long and narrow, and a model that takes any size would work on it for hours. */
class LongPicturesTest {

    private static final Path DINOV2 =
            Question.TEST_DATA.resolve("fixtures").resolve("dinov2-classify"); // patches of 8 x 8

    @TempDir
    private Path folder;

    @BeforeEach
    void aModelThatTakesAnySize() throws IOException {
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(DINOV2.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 32}, "do_center_crop": false}""");
    }

    @Test
    void noPipelineTakesOneOfTooManyPatches() {
        RgbImage picture = new RgbImage(3000, 1, new byte[3 * 3000]);
        List<ImageInput> inputs = List.of(new ImageInput("thin.png", () -> picture));
        String expected =
                "a picture of 3000 x 1 pixels comes out at 96000 x 32, which is 48000 patches of 8 x 8; at most"
                        + " 16384 are taken, since the work grows with their square. Crop it, or have it prepared for a smaller size";
        try (ImageClassificationPipeline pipeline = Pipelines.imageClassification(folder)) {
            assertEquals(
                    "thin.png: " + expected,
                    refusal(() -> pipeline.classify(inputs, ImageClassificationOptions.DEFAULT)));
        }
        try (ImageFeatureExtractionPipeline pipeline = Pipelines.imageFeatureExtraction(folder)) {
            assertEquals("thin.png: " + expected, refusal(() -> pipeline.extract(inputs, 1)));
        }
        try (ImageAttentionPipeline pipeline = Pipelines.imageAttention(folder)) {
            assertEquals(expected, refusal(() -> pipeline.attend(inputs.getFirst())));
            String large = refusal(() -> pipeline.attend(inputs.getFirst(), 8 * 129));
            assertTrue(large.contains("which is 16641 patches of 8 x 8; at most 16384"), large);
        }
    }

    @Test
    void norDoesAModelThatIsFedByHand() {
        ImageBatch batch = ImageBatch.of(
                List.of(Tensor.zeros(3, 32, 32), Tensor.zeros(3, 8, 8 * 16384), Tensor.zeros(3, 9, 8 * 16385)));
        String expected =
                "picture 2 of the batch has 3 channels of 9 x 131080 pixels (height x width), but that is 16385"
                        + " patches of 8 x 8, and at most 16384 are taken, since the work grows with their square: crop it, or"
                        + " make it smaller";
        try (AutoModelForImageClassification model = AutoModelForImageClassification.fromPretrained(folder);
                AutoVisionModel base = AutoVisionModel.fromPretrained(folder)) {
            assertEquals(expected, refusal(() -> model.forward(batch)));
            assertEquals(expected, refusal(() -> base.forward(batch, OutputOptions.RESULT_ONLY, true)));
        }
    }

    private static String refusal(Runnable call) {
        return assertTimeoutPreemptively(
                        Duration.ofSeconds(20), () -> assertThrows(IllegalArgumentException.class, call::run))
                .getMessage();
    }
}
