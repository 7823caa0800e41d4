package io.tesserae.server.task;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** {@code text-classification}. */
final class TextClassificationJson
        implements TaskJson<TextClassificationPipeline, TextInput, TextClassificationOptions, TextClassification> {

    @Override
    public PipelineTask<TextClassificationPipeline> task() {
        return TextClassificationPipeline.TASK;
    }

    @Override
    public TaskRequest<TextInput, TextClassificationOptions, TextClassification> read(Members parameters) {
        parameters.requireOnly("top_k", "function_to_apply", "truncation");
        TextClassificationOptions options = Parameters.functionToApply(parameters)
                .map(TextClassificationOptions.DEFAULT::withFunctionToApply)
                .orElse(TextClassificationOptions.DEFAULT)
                .withTruncation(parameters.bool("truncation", true))
                .withTopK(Parameters.topK(parameters, 1));
        boolean several = parameters.isGiven("top_k");
        return new TaskRequest<>(
                options,
                (value, place) -> Asked.once(
                        Inputs.pair(value, place), (json, answer) -> Labels.write(json, answer.labels(), several)));
    }

    @Override
    public int tokens(TextClassificationPipeline pipeline, TextInput input, TextClassificationOptions options) {
        return TokenCount.of(pipeline.tokenizer(), input, pipeline.maxLength());
    }

    @Override
    public Optional<Tokenizer> tokenizer(TextClassificationPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public TextInput sample(TextClassificationPipeline pipeline) {
        return TextInput.of("A text.");
    }
}
