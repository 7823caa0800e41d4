package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.pipelines.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.ImageInput;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code tesserae run image-feature-extraction}. */
final class ImageFeatureExtractionTask {

    /** As many numbers as a person would look at. */
    private static final int SHOWN = 4;

    private ImageFeatureExtractionTask() {}

    static void run(RunCommand command) throws IOException {
        try (Inputs<ImageInput> images = command.inputs(ImageFormat.IMAGES);
                Engine engine = command.openEngine();
                ImageFeatureExtractionPipeline pipeline =
                        Pipelines.imageFeatureExtraction(command.modelOr(Models.bundledPhotos()), engine);
                Progress progress = Progress.of(images, command.console())) {
            EveryInput.run(
                    images,
                    command.batchSize().orElse(pipeline.batchSize()),
                    batch ->
                            command.pool() ? pipeline.pool(batch, batch.size()) : pipeline.extract(batch, batch.size()),
                    (image, features) -> command.isJson() ? json(features) : text(features, image),
                    command.console(),
                    progress);
        }
    }

    /** Nested lists with a batch of one around them, as the pipeline of transformers returns them. */
    private static String json(Tensor features) {
        int columns = features.dimension(-1);
        StringBuilder json = new StringBuilder(features.rank() == 1 ? "[" : "[[");
        for (int row = 0; row < features.size() / columns; row++) {
            json.append(row == 0 ? "[" : ", [");
            for (int column = 0; column < columns; column++) {
                json.append(column == 0 ? "" : ", ").append(Json.repr(features.data()[row * columns + column]));
            }
            json.append(']');
        }
        return json.append(features.rank() == 1 ? "]" : "]]").toString();
    }

    private static String text(Tensor features, ImageInput image) {
        String shape =
                Arrays.stream(features.shape()).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
        String beginning = IntStream.range(0, Math.min(SHOWN, features.size()))
                .mapToObj(i -> String.format(Locale.ROOT, "%.4f", features.data()[i]))
                .collect(Collectors.joining(" "));
        return shape + ": " + beginning + (features.size() > SHOWN ? " ..." : "") + "  "
                + Printable.escape(image.name());
    }
}
