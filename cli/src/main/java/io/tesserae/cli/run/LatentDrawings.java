package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.ImageFormat;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.attention.ImageAttentionOptions;
import io.tesserae.pipelines.attention.latents.ImageLatentAttention;
import io.tesserae.pipelines.attention.latents.ImageLatentAttentionPipeline;
import io.tesserae.pipelines.attention.latents.LatentDrawingOptions;
import io.tesserae.pipelines.attention.latents.LatentPage;
import io.tesserae.pipelines.attention.latents.LatentPictures;
import io.tesserae.pipelines.attention.latents.TextLatentAttention;
import io.tesserae.pipelines.attention.latents.TextLatentAttentionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the latents of a model read of each picture or text.
 *
 * @param folder where the drawings go
 */
record LatentDrawings(TaskRun run, AttentionOptions attention, DrawingFolder folder) {

    /** The maps of all latents are many times larger than an input. */
    private static final int ONE_BY_ONE = 1;

    /** Draws all inputs of the run, which are what the checkpoint's head takes. */
    void draw(Checkpoint checkpoint) throws IOException {
        run.requireNone("is for models that have no latents, and this one reads with latents", "--layer", "--mass");
        Optional<Head<?>> head = checkpoint.head();
        if (head.equals(Optional.of(Head.IMAGE_CLASSIFICATION))) {
            drawPictures(checkpoint);
        } else if (head.equals(Optional.of(Head.MASKED_LM)) || head.equals(Optional.of(Head.SEQUENCE_CLASSIFICATION))) {
            run.requireNone("is for pictures, and the model takes texts", "--image-size");
            PictureNames.refuse(run);
            writePages(checkpoint);
        } else {
            String found = head.<String>map(known -> "the model has " + known.description())
                    .orElse("the classes in architectures do not run here");
            throw new CommandException(checkpoint.config() + ": " + found
                    + "; attention-map draws latents that read pictures or texts, with "
                    + Head.IMAGE_CLASSIFICATION.description() + ", " + Head.SEQUENCE_CLASSIFICATION.description()
                    + " or " + Head.MASKED_LM.description());
        }
    }

    private void drawPictures(Checkpoint checkpoint) throws IOException {
        try (Inputs<ImageInput> images = run.inputs(ImageFormat.IMAGES);
                Engine engine = run.openEngine();
                ImageLatentAttentionPipeline pipeline = ImageLatentAttentionPipeline.TASK.open(checkpoint, engine)) {
            LatentDrawingOptions options =
                    options(pipeline.model().classifier().backbone().latents().orElseThrow());
            ImageAttentionOptions size = new ImageAttentionOptions(attention.imageSize());
            requireSize(pipeline, size);
            boolean alone = images.isSingle();
            EveryInput.run(
                    run,
                    images,
                    ONE_BY_ONE,
                    batch -> pipeline.answer(batch, size),
                    (image, found) -> draw(image, found, alone, options),
                    Progress.NONE);
        }
    }

    /** What is wrong with the size is wrong with the command, and not with the first picture. */
    private static void requireSize(ImageLatentAttentionPipeline pipeline, ImageAttentionOptions size) {
        try {
            pipeline.answer(List.of(), size);
        } catch (IllegalArgumentException e) {
            throw new CommandException("--image-size: " + e.getMessage());
        }
    }

    private String draw(ImageInput image, ImageLatentAttention found, boolean alone, LatentDrawingOptions options) {
        String name = Path.of(image.name()).getFileName().toString();
        try {
            Path directory = folder.ofPicture(name, alone);
            return folder.line("image", image.name(), LatentPictures.write(found, name, directory, options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writePages(Checkpoint checkpoint) throws IOException {
        try (Inputs<TextInput> texts = run.inputs(InputFormat.TEXTS);
                Engine engine = run.openEngine();
                TextLatentAttentionPipeline pipeline = TextLatentAttentionPipeline.TASK.open(checkpoint, engine)) {
            LatentDrawingOptions options = options(pipeline.latents());
            EveryInput.run(
                    run,
                    texts,
                    ONE_BY_ONE,
                    batch -> pipeline.answer(batch, pipeline.defaultOptions()),
                    (text, found) -> writePage(text, found, options),
                    Progress.NONE);
        }
    }

    private String writePage(TextInput input, TextLatentAttention found, LatentDrawingOptions options) {
        String text = input.textPair().map(pair -> input.text() + " | " + pair).orElse(input.text());
        try {
            Path page = folder.pageOf(text);
            LatentPage.write(found, Printable.excerpt(text), page, options);
            return folder.line("text", text, List.of(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LatentDrawingOptions options(int latents) {
        for (int latent : attention.latents()) {
            if (latent > latents) {
                throw new CommandException(
                        "--latent: expected 1 to " + latents + ", the latents of the model, found " + latent);
            }
        }
        return LatentDrawingOptions.DEFAULT
                .withModel(run.modelName())
                .withMost(attention.mostLatents())
                .withLatents(
                        attention.latents().stream().map(latent -> latent - 1).toList());
    }
}
