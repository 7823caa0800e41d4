package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.ImageFormat;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.InputNames;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.run.writing.CaptionDrawings;
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
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a model looks: for a picture a folder of pictures, for a text a page. */
final class AttentionMaps {

    /** The most characters that a file's name takes from the input's. */
    private static final int NAME_LIMIT = 60;

    /** The maps of all layers are many times larger than an input. */
    private static final int ONE_BY_ONE = 1;

    private final TaskRun run;
    private final AttentionOptions attention;
    private final Path directory;
    private final InputNames names = new InputNames();

    private AttentionMaps(TaskRun run, AttentionOptions attention) {
        this.run = run;
        this.attention = attention;
        this.directory = attention.outputDirectory(run);
    }

    /** Of every input: pictures of it, or pages, or both of a caption. */
    static void write(TaskRun run, AttentionOptions options) throws IOException {
        AttentionMaps maps = new AttentionMaps(run, options);
        if (run.isModelNamed()) { // then it says what it takes
            try (Checkpoint checkpoint = Checkpoint.open(run.modelOr(null))) {
                maps.write(checkpoint, Input.of(checkpoint.config()));
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
            run.requireNone(
                    "is for models that write captions, and this one writes none",
                    "--captions",
                    "--prompt",
                    "--generation-config",
                    "--seed");
            if (attention.isAllLayers()) {
                throw run.usage(
                        "--layer all is for models that write captions; this one has heads, which are drawn of one"
                                + " layer: give its number");
            }
        }
        switch (input) {
            case TEXT -> writePages(checkpoint);
            case PICTURE -> drawPictures(checkpoint);
            case CAPTION -> drawCaptions(checkpoint);
        }
    }

    /** The models that come along are for both, texts and pictures: so the input says which it is. */
    private static boolean namesPicture(TaskRun run) {
        if (run.arguments().isEmpty()) {
            throw run.usage("attention-map reads texts or pictures from --input only where --model says which");
        }
        String first = run.arguments().getFirst();
        return first.equals("-") || isFile(first) || ImageFormat.looksLikePicture(first, true);
    }

    private static boolean isFile(String argument) {
        try {
            return !argument.isEmpty() && Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false; // then it is a text
        }
    }

    private void drawCaptions(Checkpoint checkpoint) throws IOException {
        run.requireNone("is for models of pictures alone, and this one writes captions", "--image-size", "--mass");
        Optional<Head<?>> other = checkpoint.head().filter(head -> head != Head.IMAGE_CAPTIONING);
        if (other.isPresent()) {
            throw new CommandException(
                    checkpoint.config() + ": the model has " + other.get().description()
                            + "; attention-map draws what has " + Head.IMAGE_CAPTIONING.description());
        }
        new CaptionDrawings(run, attention.writing(), attention.layer(), this::folder).draw(checkpoint);
    }

    private Path folder(String picture, boolean alone) {
        return alone ? directory : directory.resolve(names.ofFile(picture));
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
            return line("image", image.name(), AttentionPictures.write(attention, name, folder(name, alone), options));
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
        for (String argument : run.arguments()) {
            if (isFile(argument) && ImageFormat.isPicture(Path.of(argument))) {
                throw new CommandException(
                        argument + ": a picture, but the model takes texts; name a model that takes pictures");
            }
            if (ImageFormat.looksLikePicture(argument, false)) {
                throw new CommandException(
                        argument + ": there is no such file, and as a text it would be a picture's name;"
                                + " if it is one, give it in a line of --input");
            }
        }
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
            Files.createDirectories(directory);
            Path page = directory.resolve(names.unique(slug(text)) + ".html");
            AttentionPage.write(attention, Printable.excerpt(text), page);
            return line("text", text, List.of(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text as a file's name: its letters and digits, words joined by dashes. */
    private static String slug(String text) {
        String slug = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
        if (slug.codePointCount(0, slug.length()) > NAME_LIMIT) {
            String cut = slug.substring(0, slug.offsetByCodePoints(0, NAME_LIMIT));
            slug = cut.contains("-") ? cut.substring(0, cut.lastIndexOf('-')) : cut; // whole words
        }
        return slug.isEmpty() ? "text" : slug;
    }

    private String line(String key, String input, List<Path> written) {
        if (!run.isJson()) {
            return written.stream()
                    .map(file -> Printable.escape(file.toString()))
                    .collect(Collectors.joining("\n"));
        }
        return new Json()
                .raw("{")
                .name(key)
                .string(input)
                .name("files")
                .array(written.stream().map(Path::toString).toList(), Json::string)
                .raw("}")
                .toString();
    }
}
