package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.MixedMaps;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.chat.MessageContent;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.pipelines.attention.CaptionAttentionOptions;
import io.tesserae.pipelines.attention.CaptionPictureOptions;
import io.tesserae.pipelines.attention.mixed.MixedAttention;
import io.tesserae.pipelines.attention.mixed.MixedAttentionPipeline;
import io.tesserae.pipelines.attention.mixed.MixedPictures;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.ImageTextToTextOptions;
import io.tesserae.pipelines.generation.MixedPrompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What a model writes behind each prompt of words and pictures, and drawings of where its words come from.
 *
 * @param prompts what belongs to them
 * @param writing settings and seed
 * @param layer that is drawn, counted from 1; empty for the mean of all
 * @param folders where the drawings of each prompt go, by its words
 */
public record MixedDrawings(
        TaskRun run,
        MixedPromptOptions prompts,
        CaptionAttentionOptions writing,
        OptionalInt layer,
        CaptionDrawings.Folders folders) {

    /** The maps of all layers are many times larger than an input. */
    private static final int ONE_BY_ONE = 1;

    /** Answers all prompts of the run, and draws. */
    public void draw(Checkpoint checkpoint) throws IOException {
        ImageTextToTextOptions options = prompts.withExamples(
                ImageTextToTextOptions.DEFAULT.withConfig(writing.config()).withSeed(writing.seed()));
        try (Inputs<MixedPrompt> inputs = run.inputs(prompts.format());
                Engine engine = run.openEngine();
                MixedAttentionPipeline pipeline = MixedAttentionPipeline.TASK.open(checkpoint, engine);
                StopAtShutdown stop = new StopAtShutdown()) {
            CaptionPictureOptions drawn = drawn(pipeline.layers());
            ImageTextToTextOptions stopping = options.withStopSignal(stop);
            boolean alone = inputs.isSingle();
            EveryInput.run(
                    run,
                    inputs,
                    ONE_BY_ONE,
                    batch -> stop.unlessGiven(pipeline.answer(batch, stopping)),
                    (prompt, attention) -> draw(words(prompt), attention, alone, drawn),
                    Progress.NONE);
        }
    }

    private CaptionPictureOptions drawn(int layers) {
        CaptionPictureOptions drawn = CaptionPictureOptions.DEFAULT.withModel(run.modelName());
        if (layer.isEmpty()) {
            return drawn;
        }
        if (layer.getAsInt() > layers) {
            throw new CommandException("--layer: expected 1 to " + layers
                    + ", the layers that look at pictures, or all, found " + layer.getAsInt());
        }
        return drawn.withLayer(layer.getAsInt() - 1);
    }

    /** The words of a prompt, of a conversation those of its last message. */
    private static String words(MixedPrompt prompt) {
        String text = switch (prompt) {
            case MixedPrompt.Parts parts -> parts.text();
            case MixedPrompt.Marked marked -> marked.text();
            case MixedPrompt.Chat(Conversation conversation) ->
                conversation.messages().isEmpty()
                        ? ""
                        : words(conversation.messages().getLast());
        };
        return text.replace(PromptPart.PICTURE_MARK, " ");
    }

    private static String words(ChatMessage message) {
        return switch (message.content()) {
            case MessageContent.Plain(String text) -> text;
            case MessageContent.Parts(List<ContentPart> parts) ->
                parts.stream()
                        .map(part -> part instanceof ContentPart.Text(String text) ? text : " ")
                        .collect(Collectors.joining());
        };
    }

    private String draw(String words, MixedAttention attention, boolean alone, CaptionPictureOptions drawn) {
        try {
            List<String> files = MixedPictures.write(attention, folders.of(words, alone), drawn).stream()
                    .map(Path::toString)
                    .toList();
            return run.isJson()
                    ? MixedMaps.line(attention, drawn.layer(), files)
                    : files.stream().map(Printable::escape).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
