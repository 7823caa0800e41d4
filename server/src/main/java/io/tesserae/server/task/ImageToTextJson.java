package io.tesserae.server.task;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.PromptedImage;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** {@code image-to-text}. */
final class ImageToTextJson
        implements TaskJson<ImageToTextPipeline, PromptedImage, ImageToTextOptions, List<GeneratedText>> {

    @Override
    public PipelineTask<ImageToTextPipeline> task() {
        return ImageToTextPipeline.TASK;
    }

    @Override
    public TaskRequest<PromptedImage, ImageToTextOptions, List<GeneratedText>> read(Members parameters) {
        ImageToTextOptions options = ImageToTextOptions.DEFAULT
                .withConfig(Generating.config(parameters, "prompt"))
                .withSeed(Generating.seed(parameters));
        options = parameters.string("prompt").map(options::withPrompt).orElse(options);
        return new TaskRequest<>(options, (value, place) -> Asked.once(read(value, place), Generating::write));
    }

    /** A picture, and perhaps how its text begins. */
    private static PromptedImage read(JsonElement value, String place) {
        if (!(value instanceof JsonObject object) || !object.has("prompt")) {
            return PromptedImage.of(Inputs.image(value, place));
        }
        Members members = Members.of(value, place);
        members.requireOnly("image", "prompt");
        ImageInput image = Inputs.image(members.require("image"), place);
        return new PromptedImage(image, members.string("prompt"));
    }

    @Override
    public int tokens(ImageToTextPipeline pipeline, PromptedImage image, ImageToTextOptions options) {
        return Inputs.TOKENS_OF_IMAGE + Generating.tokens(options.config(), pipeline.generationConfig());
    }

    @Override
    public Optional<Tokenizer> tokenizer(ImageToTextPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public PromptedImage sample(ImageToTextPipeline pipeline) {
        return PromptedImage.of(Inputs.sampleImage());
    }

    @Override
    public ImageToTextOptions sampleOptions(ImageToTextPipeline pipeline) {
        return ImageToTextOptions.DEFAULT.withConfig(Generating.ONE_TOKEN);
    }
}
