package io.tesserae.server.task;

import io.tesserae.pipelines.image.ImageFeatureExtractionOptions;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tensor.Tensor;

/** {@code image-feature-extraction}. */
final class ImageFeatureExtractionJson
        implements ImageJson<ImageFeatureExtractionPipeline, ImageFeatureExtractionOptions, Tensor> {

    @Override
    public PipelineTask<ImageFeatureExtractionPipeline> task() {
        return ImageFeatureExtractionPipeline.TASK;
    }

    @Override
    public TaskRequest<ImageInput, ImageFeatureExtractionOptions, Tensor> read(Members parameters) {
        parameters.requireOnly("pool");
        return new TaskRequest<>(
                ImageFeatureExtractionOptions.DEFAULT.withPool(parameters.bool("pool", false)),
                (value, place) -> Asked.once(Inputs.image(value, place), Features::write));
    }
}
