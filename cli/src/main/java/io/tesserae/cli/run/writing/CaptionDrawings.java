package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.PromptedImageFormat;
import io.tesserae.cli.output.CaptionMaps;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.CaptionAttentionOptions;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.pipelines.attention.CaptionPictureOptions;
import io.tesserae.pipelines.attention.CaptionPictures;
import io.tesserae.pipelines.generation.PromptedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * For each picture a caption, and drawings of where its words come from.
 *
 * @param options how captions are written
 * @param layer that is drawn, counted from 1; empty for the mean of all
 * @param folders where the drawings of each picture go
 */
public record CaptionDrawings(TaskRun run, CaptionAttentionOptions options, OptionalInt layer, Folders folders) {

    /** The maps of all layers are many times larger than an input. */
    private static final int ONE_BY_ONE = 1;

    /** Where drawings go. */
    @FunctionalInterface
    public interface Folders {

        /**
         * The folder for a picture.
         *
         * @param alone whether there is no other picture
         */
        Path of(String picture, boolean alone);
    }

    /** Describes all pictures of the run, and draws. */
    public void draw(Checkpoint checkpoint) throws IOException {
        try (Inputs<PromptedImage> images = run.inputs(PromptedImageFormat.IMAGES);
                Engine engine = run.openEngine();
                CaptionAttentionPipeline pipeline = CaptionAttentionPipeline.TASK.open(checkpoint, engine);
                StopAtShutdown stop = new StopAtShutdown()) {
            CaptionPictureOptions drawn = drawn(pipeline.layers());
            CaptionAttentionOptions stopping = options.withStopSignal(stop);
            boolean alone = images.isSingle();
            EveryInput.run(
                    run,
                    images,
                    ONE_BY_ONE,
                    batch -> stop.unlessGiven(pipeline.answer(batch, stopping)),
                    (image, attention) -> draw(image.image().name(), attention, alone, drawn),
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
                    + ", the layers of the decoder, or all, found " + layer.getAsInt());
        }
        return drawn.withLayer(layer.getAsInt() - 1);
    }

    private String draw(String image, CaptionAttention attention, boolean alone, CaptionPictureOptions drawn) {
        String name = Path.of(image).getFileName().toString();
        try {
            List<String> files = CaptionPictures.write(attention, name, folders.of(name, alone), drawn).stream()
                    .map(Path::toString)
                    .toList();
            return run.isJson()
                    ? CaptionMaps.line(image, attention, drawn.layer(), files)
                    : files.stream().map(Printable::escape).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
