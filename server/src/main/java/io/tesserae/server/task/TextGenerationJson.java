package io.tesserae.server.task;

import io.tesserae.generation.GenerationOption;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.TextGenerationOptions;
import io.tesserae.pipelines.generation.TextGenerationPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** {@code text-generation}. */
final class TextGenerationJson
        implements TaskJson<TextGenerationPipeline, String, TextGenerationOptions, List<GeneratedText>> {

    @Override
    public PipelineTask<TextGenerationPipeline> task() {
        return TextGenerationPipeline.TASK;
    }

    @Override
    public TaskRequest<String, TextGenerationOptions, List<GeneratedText>> read(Members parameters) {
        Generating.requireKnown(parameters, "seed", "return_full_text");
        TextGenerationOptions options = TextGenerationOptions.DEFAULT
                .withConfig(Generating.config(parameters))
                .withSeed(parameters.integer("seed").orElse(0))
                .withFullText(parameters.bool("return_full_text", true));
        return new TaskRequest<>(options, (value, place) -> Asked.once(Inputs.text(value, place), Generating::write));
    }

    @Override
    public int tokens(TextGenerationPipeline pipeline, String text, TextGenerationOptions options) {
        int written = options.config()
                .over(pipeline.generationConfig())
                .find(GenerationOption.MAX_NEW_TOKENS)
                .orElse(0);
        return pipeline.tokenizer().encode(text).size() + written;
    }

    @Override
    public Optional<Tokenizer> tokenizer(TextGenerationPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public String sample(TextGenerationPipeline pipeline) {
        return "A text.";
    }

    @Override
    public TextGenerationOptions sampleOptions(TextGenerationPipeline pipeline) {
        return TextGenerationOptions.DEFAULT.withConfig(
                TextGenerationOptions.DEFAULT.config().with(GenerationOption.MAX_NEW_TOKENS, 1));
    }
}
