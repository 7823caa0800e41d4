package io.tesserae.server.task;

import io.tesserae.pipelines.image.ImageFeatureExtractionOptions;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** {@code image-feature-extraction}. */
final class ImageFeatureExtractionJson
        implements TaskJson<ImageFeatureExtractionPipeline, ImageInput, ImageFeatureExtractionOptions, Tensor> {

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

    @Override
    public int tokens(
            ImageFeatureExtractionPipeline pipeline, ImageInput image, ImageFeatureExtractionOptions options) {
        return Inputs.TOKENS_OF_IMAGE;
    }

    @Override
    public Optional<Tokenizer> tokenizer(ImageFeatureExtractionPipeline pipeline) {
        return Optional.empty();
    }

    @Override
    public ImageInput sample(ImageFeatureExtractionPipeline pipeline) {
        return Inputs.sampleImage();
    }
}
