package io.tesserae.server.task;

import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import java.util.List;

/** {@code image-classification}. */
final class ImageClassificationJson
        implements ImageJson<ImageClassificationPipeline, ImageClassificationOptions, List<Classification>> {

    @Override
    public PipelineTask<ImageClassificationPipeline> task() {
        return ImageClassificationPipeline.TASK;
    }

    @Override
    public TaskRequest<ImageInput, ImageClassificationOptions, List<Classification>> read(Members parameters) {
        parameters.requireOnly("top_k", "function_to_apply");
        ImageClassificationOptions options = Parameters.functionToApply(parameters)
                .map(ImageClassificationOptions.DEFAULT::withFunctionToApply)
                .orElse(ImageClassificationOptions.DEFAULT)
                .withTopK(Parameters.topK(parameters, 1));
        boolean several = parameters.isGiven("top_k");
        return new TaskRequest<>(
                options,
                (value, place) ->
                        Asked.once(Inputs.image(value, place), (json, labels) -> Labels.write(json, labels, several)));
    }
}
