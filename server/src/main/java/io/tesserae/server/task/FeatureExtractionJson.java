package io.tesserae.server.task;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.TextFeatures;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** {@code feature-extraction}. */
final class FeatureExtractionJson
        implements TaskJson<FeatureExtractionPipeline, String, FeatureExtractionOptions, TextFeatures> {

    @Override
    public PipelineTask<FeatureExtractionPipeline> task() {
        return FeatureExtractionPipeline.TASK;
    }

    @Override
    public TaskRequest<String, FeatureExtractionOptions, TextFeatures> read(Members parameters) {
        parameters.requireOnly("truncation");
        return new TaskRequest<>(
                FeatureExtractionOptions.DEFAULT.withTruncation(parameters.bool("truncation", true)),
                (value, place) -> Asked.once(
                        Inputs.text(value, place), (json, answer) -> Features.write(json, answer.hiddenStates())));
    }

    @Override
    public int tokens(FeatureExtractionPipeline pipeline, String text, FeatureExtractionOptions options) {
        return TokenCount.of(pipeline.tokenizer(), text, pipeline.maxLength());
    }

    @Override
    public Optional<Tokenizer> tokenizer(FeatureExtractionPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public String sample(FeatureExtractionPipeline pipeline) {
        return "A text.";
    }
}
