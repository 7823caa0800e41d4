package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.util.List;

/** {@code tesserae run image-classification}. */
final class ImageClassificationTask {

    private ImageClassificationTask() {}

    static void run(RunCommand command) throws IOException {
        try (Inputs<ImageInput> images = command.inputs(ImageFormat.IMAGES);
                Engine engine = command.openEngine();
                ImageClassificationPipeline pipeline =
                        Pipelines.imageClassification(command.modelOr(Models.bundledPhotos()), engine);
                Progress progress = Progress.of(images, command.console())) {
            ImageClassificationOptions options =
                    ImageClassificationOptions.DEFAULT.withTopK(command.topK().orElse(1));
            Labelled labelled = new Labelled(command.isJson(), command.topK().isPresent());
            EveryInput.run(
                    command,
                    images,
                    command.batchSize().orElse(pipeline.batchSize()),
                    batch -> pipeline.classify(batch, options.withBatchSize(batch.size())),
                    (ImageInput image, List<Classification> labels) -> labelled.imageLine(labels, image.name()),
                    progress);
        }
    }
}
