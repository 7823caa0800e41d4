package io.tesserae.server.task;

import io.tesserae.pipelines.image.ZeroShotImageClassificationOptions;
import io.tesserae.pipelines.image.ZeroShotImageClassificationPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.Members;
import java.util.List;

/** {@code zero-shot-image-classification}. */
final class ZeroShotImageClassificationJson
        implements ImageJson<
                ZeroShotImageClassificationPipeline, ZeroShotImageClassificationOptions, List<Classification>> {

    /** Each is a text of its own for the model. */
    private static final int MOST_LABELS = 256;

    private static final int LETTERS_OF_TOKEN = 4; // some

    @Override
    public PipelineTask<ZeroShotImageClassificationPipeline> task() {
        return ZeroShotImageClassificationPipeline.TASK;
    }

    @Override
    public TaskRequest<ImageInput, ZeroShotImageClassificationOptions, List<Classification>> read(Members parameters) {
        parameters.requireOnly("candidate_labels", "hypothesis_template");
        List<String> labels = ZeroShotClassificationJson.labels(parameters).orElse(List.of());
        if (labels.isEmpty() || labels.size() > MOST_LABELS) {
            throw RequestException.validation(
                    "parameters: expected candidate_labels, 1 to " + MOST_LABELS + ", found " + labels.size());
        }
        ZeroShotImageClassificationOptions options =
                ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(labels);
        return new TaskRequest<>(
                parameters
                        .string("hypothesis_template")
                        .map(options::withHypothesisTemplate)
                        .orElse(options),
                (value, place) ->
                        Asked.once(Inputs.image(value, place), (json, scores) -> Labels.write(json, scores, true)));
    }

    /** The labels are texts for the model too, which are read once for each call. */
    @Override
    public int tokens(
            ZeroShotImageClassificationPipeline pipeline,
            ImageInput image,
            ZeroShotImageClassificationOptions options) {
        long letters = 0;
        for (String label : options.candidateLabels()) {
            letters += label.length() + options.hypothesisTemplate().length();
        }
        return Math.clamp(Inputs.TOKENS_OF_IMAGE + letters / LETTERS_OF_TOKEN, 1, Integer.MAX_VALUE);
    }

    @Override
    public ZeroShotImageClassificationOptions sampleOptions(ZeroShotImageClassificationPipeline pipeline) {
        return ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(List.of("a picture"));
    }
}
