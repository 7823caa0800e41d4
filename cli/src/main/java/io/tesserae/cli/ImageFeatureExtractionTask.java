package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.ImageInput;
import io.tesserae.pipelines.Pipelines;
import java.io.IOException;

/** {@code tesserae run image-feature-extraction}. */
final class ImageFeatureExtractionTask {

    private ImageFeatureExtractionTask() {}

    static void run(RunCommand command) throws IOException {
        try (Inputs<ImageInput> images = command.inputs(ImageFormat.IMAGES);
                Engine engine = command.openEngine();
                ImageFeatureExtractionPipeline pipeline =
                        Pipelines.imageFeatureExtraction(command.modelOr(Models.bundledPhotos()), engine);
                Progress progress = Progress.of(images, command.console())) {
            EveryInput.run(
                    command,
                    images,
                    command.batchSize().orElse(pipeline.batchSize()),
                    batch ->
                            command.pool() ? pipeline.pool(batch, batch.size()) : pipeline.extract(batch, batch.size()),
                    (image, tensor) -> {
                        Features features = new Features(tensor);
                        return command.isJson() ? features.json() : features.line(Printable.escape(image.name()));
                    },
                    progress);
        }
    }
}
