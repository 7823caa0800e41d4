package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;

/** {@code tesserae run image-feature-extraction}. */
final class ImageFeatureExtractionTask {

    private ImageFeatureExtractionTask() {}

    static void run(RunCommand command) throws IOException {
        try (Inputs<ImageInput> images = command.inputs(ImageFormat.IMAGES);
                Engine engine = command.openEngine();
                ImageFeatureExtractionPipeline pipeline =
                        Pipelines.imageFeatureExtraction(command.modelOr(Models.bundledPhotos()), engine);
                VectorOutput vectors =
                        VectorOutput.open(command, "image", Printable::escape, tensor -> new Features(tensor).json());
                Progress progress = Progress.of(images, command.console())) {
            EveryInput.write(
                    command,
                    images,
                    command.batchSize().orElse(pipeline.batchSize()),
                    batch ->
                            command.pool() ? pipeline.pool(batch, batch.size()) : pipeline.extract(batch, batch.size()),
                    (image, tensor) -> vectors.write(image.name(), tensor),
                    progress);
            vectors.complete();
        }
    }
}
