package io.tesserae.server.task;

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
        TextGenerationOptions options = TextGenerationOptions.DEFAULT
                .withConfig(Generating.config(parameters, "return_full_text"))
                .withSeed(Generating.seed(parameters))
                .withFullText(parameters.bool("return_full_text", true));
        return new TaskRequest<>(options, (value, place) -> Asked.once(Inputs.text(value, place), Generating::write));
    }

    @Override
    public int tokens(TextGenerationPipeline pipeline, String text, TextGenerationOptions options) {
        return pipeline.tokenizer().encode(text).size()
                + Generating.tokens(options.config(), pipeline.generationConfig());
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
        return TextGenerationOptions.DEFAULT.withConfig(Generating.ONE_TOKEN);
    }
}
