package io.tesserae.server.task;

import io.tesserae.pipelines.sentence.SparseEmbedding;
import io.tesserae.pipelines.sentence.SparseEmbeddingOptions;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** {@code sparse-embedding}. */
final class SparseEmbeddingJson
        implements TaskJson<SparseEmbeddingPipeline, String, SparseEmbeddingOptions, SparseEmbedding> {

    @Override
    public PipelineTask<SparseEmbeddingPipeline> task() {
        return SparseEmbeddingPipeline.TASK;
    }

    @Override
    public TaskRequest<String, SparseEmbeddingOptions, SparseEmbedding> read(Members parameters) {
        parameters.requireOnly("prompt_name", "prompt", "top_k");
        SparseEmbeddingOptions options = new SparseEmbeddingOptions(
                parameters.string("prompt_name"), parameters.string("prompt"), parameters.integer("top_k"), 0);
        return new TaskRequest<>(
                options,
                (value, place) -> Asked.once(
                        Inputs.text(value, place), (json, answer) -> SparseVectorJson.write(json, answer.vector())));
    }

    @Override
    public int tokens(SparseEmbeddingPipeline pipeline, String text, SparseEmbeddingOptions options) {
        return TokenCount.of(pipeline.tokenizer(), text, pipeline.maxLength());
    }

    @Override
    public Optional<Tokenizer> tokenizer(SparseEmbeddingPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public String sample(SparseEmbeddingPipeline pipeline) {
        return "A text.";
    }
}
