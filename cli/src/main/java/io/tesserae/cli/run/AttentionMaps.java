package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.ImageFormat;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.run.writing.CaptionDrawings;
import io.tesserae.cli.run.writing.MixedDrawings;
import io.tesserae.cli.run.writing.MixedPromptOptions;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.attention.AttentionPage;
import io.tesserae.pipelines.attention.AttentionPictureOptions;
import io.tesserae.pipelines.attention.AttentionPictures;
import io.tesserae.pipelines.attention.ImageAttention;
import io.tesserae.pipelines.attention.ImageAttentionPipeline;
import io.tesserae.pipelines.attention.TextAttention;
import io.tesserae.pipelines.attention.TextAttentionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a model looks: for a picture a folder of pictures, for a text a page. */
final class AttentionMaps {

    /** The maps of all layers are many times larger than an input. */
    private static final int ONE_BY_ONE = 1;

    private final TaskRun run;
    private final AttentionOptions attention;
    private final DrawingFolder folder;

    private AttentionMaps(TaskRun run, AttentionOptions attention) {
        this.run = run;
        this.attention = attention;
        this.folder = new DrawingFolder(attention.outputDirectory(run), run.isJson());
    }

    /** Of every input: pictures of it, or pages, or both of a caption. */
    static void write(TaskRun run, AttentionOptions options) throws IOException {
        AttentionMaps maps = new AttentionMaps(run, options);
        if (run.isModelNamed()) { // then it says what it takes
            try (Checkpoint checkpoint = Checkpoint.open(run.modelOr(null))) {
                if (checkpoint.config().readsWithLatents()) {
                    maps.drawLatents(checkpoint);
                } else {
                    maps.write(checkpoint, Input.of(checkpoint.config()));
                }
            }
        } else {
            Input input = options.captions() ? Input.CAPTION : namesPicture(run) ? Input.PICTURE : Input.TEXT;
            try (Checkpoint checkpoint = Checkpoint.open(run.modelOr(input.bundled()))) {
                maps.write(checkpoint, input);
            }
        }
    }

    /** What maps are drawn of. */
    private enum Input {
        TEXT,
        PICTURE,
        CAPTION;

        static Input of(PretrainedConfig config) {
            return config.takesPixelsAndTokens() ? CAPTION : config.takesPixels() ? PICTURE : TEXT;
        }

        ModelFiles bundled() {
            return switch (this) {
                case TEXT -> BundledModels.sentiment();
                case PICTURE -> BundledModels.photos();
                case CAPTION -> BundledModels.captions();
            };
        }
    }

    private void write(Checkpoint checkpoint, Input input) throws IOException {
        if (input != Input.CAPTION) {
            requireNoCaptions();
            if (attention.isAllLayers()) {
                throw run.usage(
                        "--layer all is for models that write captions; this one has heads, which are drawn of one"
                                + " layer: give its number");
            }
        }
        run.requireNone("is for models that read with latents, and this one has none", "--latent", "--latents");
        switch (input) {
            case TEXT -> writePages(checkpoint);
            case PICTURE -> drawPictures(checkpoint);
            case CAPTION -> drawCaptions(checkpoint);
        }
    }

    private void drawLatents(Checkpoint checkpoint) throws IOException {
        requireNoCaptions();
        new LatentDrawings(run, attention, folder).draw(checkpoint);
    }

    private void requireNoCaptions() {
        run.requireNone(
                "is for models that write captions, and this one writes none",
                "--captions",
                "--prompt",
                "--generation-config",
                "--seed");
        requireNoMixedPrompts();
    }

    private void requireNoMixedPrompts() {
        run.requireNone(
                "is for models that read pictures among words, and this one reads none", MixedPromptOptions.names());
    }

    /** The models that come along are for both, texts and pictures: so the input says which it is. */
    private static boolean namesPicture(TaskRun run) {
        if (run.arguments().isEmpty()) {
            throw run.usage("attention-map reads texts or pictures from --input only where --model says which");
        }
        String first = run.arguments().getFirst();
        return first.equals("-") || PictureNames.isFile(first) || ImageFormat.looksLikePicture(first, true);
    }

    private void drawCaptions(Checkpoint checkpoint) throws IOException {
        run.requireNone("is for models of pictures alone, and this one writes", "--image-size", "--mass");
        if (checkpoint.head().equals(Optional.of(Head.IMAGE_TEXT_TO_TEXT))) {
            run.requireNone(
                    "is for models that write captions; this one continues texts with pictures among the words",
                    "--captions",
                    "--prompt");
            new MixedDrawings(run, attention.mixed(), attention.writing(), attention.layer(), folder::ofText)
                    .draw(checkpoint);
            return;
        }
        requireNoMixedPrompts();
        Optional<Head<?>> other = checkpoint.head().filter(head -> head != Head.IMAGE_CAPTIONING);
        if (other.isPresent()) {
            throw new CommandException(
                    checkpoint.config() + ": the model has " + other.get().description()
                            + "; attention-map draws what has " + Head.IMAGE_CAPTIONING.description() + " or "
                            + Head.IMAGE_TEXT_TO_TEXT.description());
        }
        new CaptionDrawings(run, attention.writing(), attention.layer(), folder::ofPicture).draw(checkpoint);
    }

    private void drawPictures(Checkpoint checkpoint) throws IOException {
        AttentionPictureOptions options =
                AttentionPictureOptions.DEFAULT.withModel(run.modelName()).withMass(attention.mass());
        try (Inputs<ImageInput> images = run.inputs(ImageFormat.IMAGES);
                Engine engine = run.openEngine();
                ImageAttentionPipeline pipeline = ImageAttentionPipeline.TASK.open(checkpoint, engine)) {
            int layers = pipeline.model().encoder().layers();
            if (attention.layer().isPresent()) {
                options = options.withLayer(requireLayer(attention.layer().getAsInt(), layers) - 1);
            }
            AttentionPictureOptions chosen = options;
            boolean alone = images.isSingle();
            EveryInput.run(
                    run,
                    images,
                    ONE_BY_ONE,
                    batch ->
                            batch.stream().map(image -> attend(pipeline, image)).toList(),
                    (image, found) -> draw(image, found, alone, chosen),
                    Progress.NONE);
        }
    }

    private String draw(ImageInput image, ImageAttention attention, boolean alone, AttentionPictureOptions options) {
        String name = Path.of(image.name()).getFileName().toString();
        try {
            return folder.line(
                    "image",
                    image.name(),
                    AttentionPictures.write(attention, name, folder.ofPicture(name, alone), options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ImageAttention attend(ImageAttentionPipeline pipeline, ImageInput image) {
        return attention.imageSize().isPresent()
                ? pipeline.attend(image, attention.imageSize().getAsInt())
                : pipeline.attend(image);
    }

    private int requireLayer(int layer, int layers) {
        if (layer > layers) {
            throw new CommandException(
                    "--layer: expected 1 to " + layers + ", the layers of the model, found " + layer);
        }
        return layer;
    }

    private void writePages(Checkpoint checkpoint) throws IOException {
        run.requireNone("is for pictures, and the model takes texts", "--image-size", "--layer", "--mass");
        PictureNames.refuse(run);
        try (Inputs<TextInput> texts = run.inputs(InputFormat.TEXTS);
                Engine engine = run.openEngine();
                TextAttentionPipeline pipeline = TextAttentionPipeline.TASK.open(checkpoint, engine)) {
            EveryInput.run(
                    run,
                    texts,
                    ONE_BY_ONE,
                    batch -> batch.stream().map(pipeline::attend).toList(),
                    this::writePage,
                    Progress.NONE);
        }
    }

    private String writePage(TextInput input, TextAttention attention) {
        String text = input.textPair().map(pair -> input.text() + " | " + pair).orElse(input.text());
        try {
            Path page = folder.pageOf(text);
            AttentionPage.write(attention, Printable.excerpt(text), page);
            return folder.line("text", text, List.of(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
