package io.tesserae.server.task;

import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** {@code sentence-embedding}. */
final class SentenceEmbeddingJson
        implements TaskJson<SentenceEmbeddingPipeline, String, SentenceEmbeddingOptions, SentenceEmbedding> {

    @Override
    public PipelineTask<SentenceEmbeddingPipeline> task() {
        return SentenceEmbeddingPipeline.TASK;
    }

    @Override
    public TaskRequest<String, SentenceEmbeddingOptions, SentenceEmbedding> read(Members parameters) {
        parameters.requireOnly("prompt_name", "prompt", "dimensions", "normalize");
        SentenceEmbeddingOptions options = new SentenceEmbeddingOptions(
                parameters.string("prompt_name"),
                parameters.string("prompt"),
                parameters.integer("dimensions"),
                parameters.bool("normalize", false),
                0);
        return new TaskRequest<>(
                options,
                (value, place) -> Asked.once(Inputs.text(value, place), (json, answer) -> {
                    json.beginArray();
                    for (float number : answer.vector()) {
                        json.number((double) number);
                    }
                    json.endArray();
                }));
    }

    @Override
    public int tokens(SentenceEmbeddingPipeline pipeline, String text, SentenceEmbeddingOptions options) {
        String prompt = options.prompt()
                .or(() -> options.promptName()
                        .or(pipeline.model().config()::defaultPromptName)
                        .flatMap(name -> Optional.ofNullable(
                                pipeline.model().config().prompts().get(name))))
                .orElse("");
        return TokenCount.of(pipeline.tokenizer(), prompt + text, pipeline.maxLength());
    }

    @Override
    public Optional<Tokenizer> tokenizer(SentenceEmbeddingPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public String sample(SentenceEmbeddingPipeline pipeline) {
        return "A text.";
    }
}
