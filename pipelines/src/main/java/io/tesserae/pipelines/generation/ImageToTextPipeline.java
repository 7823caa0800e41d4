package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.TokenListener;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A picture in, a text about it out, perhaps with a beginning that is given: {@code ImageToTextPipeline} of transformers 4, whose place in
 * version 5 is taken by {@code ImageTextToTextPipeline}; the defaults are those of the latter.
 *
 * <p>The text is the prompt as it was given and what the model writes behind it. Every picture has a prompt by itself: where transformers puts
 * prompts of several lengths into one batch, all but the longest are continued from their padding.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageToTextPipeline implements Pipeline<PromptedImage, ImageToTextOptions, List<GeneratedText>> {

    /** The task {@code image-to-text}. */
    public static final PipelineTask<ImageToTextPipeline> TASK =
            new PipelineTask<>(ImageToTextPipeline.class, List.of("image-to-text"), ImageToTextPipeline::load);

    private static final GenerationConfig TASK_DEFAULTS =
            GenerationConfig.DEFAULTS.with(MAX_NEW_TOKENS, GenerationDefaults.NEW_TOKENS);

    private final CaptionBeginning beginning;
    private final AutoModelForImageTextToText model;
    private final ImageBatches batches;
    private final GenerationDefaults defaults;
    private final String description;
    private final Calls calls;

    private static ImageToTextPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForImageTextToText.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new ImageToTextPipeline(
                        checkpoint, AutoImageProcessor.fromPretrained(checkpoint, engine), tokenizer, model));
    }

    private ImageToTextPipeline(
            Checkpoint checkpoint, ImageProcessor processor, Tokenizer tokenizer, AutoModelForImageTextToText model) {
        var captioner = model.captioner();
        String where = checkpoint.files().describe("config.json");
        GenerationConfig files = AutoGenerationConfig.fromPretrained(checkpoint);
        this.model = model;
        this.batches = new ImageBatches(processor, captioner.pictures(), model.engine());
        this.defaults = GenerationDefaults.of(
                model.takesPrompts()
                        ? AutoGenerationConfig.of(captioner.tokens()).over(files)
                        : files.withoutEncoderTokens(),
                TASK_DEFAULTS,
                AutoGenerationConfig.ofTask(checkpoint, TASK.name()),
                tokenizer);
        this.beginning = CaptionBeginning.of(
                FittingTokenizer.of(tokenizer, captioner.config(), where).within(captioner.wordPositions()),
                model,
                files);
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        batches.requireColour(where);
    }

    private ImageToTextPipeline(ImageToTextPipeline other, Calls calls) {
        this.beginning = other.beginning;
        this.model = other.model;
        this.batches = other.batches;
        this.defaults = other.defaults;
        this.description = other.description;
        this.calls = calls;
    }

    /** Describes a picture in a file. */
    public GeneratedText caption(Path file) {
        return caption(ImageInput.of(file));
    }

    /** Describes a picture that is in memory. */
    public GeneratedText caption(RgbImage image) {
        return caption(ImageInput.of(image));
    }

    /** Describes a picture. */
    public GeneratedText caption(ImageInput image) {
        return caption(PromptedImage.of(image), ImageToTextOptions.DEFAULT).getFirst();
    }

    /** Describes a picture, in one way or in several. */
    public List<GeneratedText> caption(PromptedImage image, ImageToTextOptions options) {
        return answer(image, options);
    }

    /**
     * Describes pictures, in their order.
     *
     * @throws io.tesserae.loaders.image.ImageException if one cannot be read; the message names it
     * @throws IllegalArgumentException if a prompt is too long, or the model takes none; or if the options are out of range or not to be
     *     had together
     */
    public List<List<GeneratedText>> caption(List<PromptedImage> images, ImageToTextOptions options) {
        return answer(images, options);
    }

    /**
     * Describes a picture, and hands the text on as it is written.
     *
     * @param pieces gets the text piece by piece, as soon as no later token can change it: the pieces together are the answer. Called on
     *     this thread; what it throws ends the generation. With beams all comes at the end
     * @throws IllegalArgumentException as {@link #caption(List, ImageToTextOptions)}, and if several answers are asked for
     */
    public GeneratedText caption(PromptedImage image, ImageToTextOptions options, Consumer<String> pieces) {
        Arguments.require(pieces, "pieces");
        Describing work = new Describing(Arguments.require(options, "options"));
        work.writing.requireOneAnswer();
        return calls.timed(
                1,
                () -> work.withinMemory(() -> {
                    Subject subject = work.read(Arguments.require(image, "image"));
                    TextPieces written = new TextPieces(subject.written(), tokenizer(), pieces);
                    Work.Outcome<List<GeneratedText>> outcome = work.run(List.of(subject), written);
                    if (outcome.failure() != null) {
                        throw outcome.failure();
                    }
                    written.finish();
                    return outcome.results().getFirst().getFirst();
                }));
    }

    /**
     * The tokens of texts about pictures whose pixel values are there already, for whoever goes on with tokens: each sequence has its
     * beginning, and special tokens.
     *
     * @param pixels as {@link #processor()} makes them
     * @param prompts one for each picture; empty: with nothing
     * @param options all but the prompt and whether it is shown
     * @throws IllegalArgumentException as {@link #caption(List, ImageToTextOptions)}, and if there are not as many prompts as pictures
     */
    public Generated generate(ImageBatch pixels, List<String> prompts, ImageToTextOptions options) {
        Arguments.require(pixels, "pixels");
        Arguments.requireAll(prompts, "prompts");
        if (prompts.size() != pixels.images()) {
            throw new IllegalArgumentException(
                    "prompts: expected one for each of the " + pixels.images() + " pictures, found " + prompts.size());
        }
        Describing work = new Describing(Arguments.require(options, "options"));
        int[][] ids = prompts.stream().map(beginning::ids).toArray(int[][]::new);
        return calls.timed(
                pixels.images(), () -> work.withinMemory(() -> work.generate(pixels, ids, TokenListener.NONE)));
    }

    @Override
    public List<List<GeneratedText>> answer(List<? extends PromptedImage> inputs, ImageToTextOptions options) {
        return calls.list(inputs, batchSize(options), new Describing(options));
    }

    @Override
    public Stream<List<GeneratedText>> answer(Stream<? extends PromptedImage> inputs, ImageToTextOptions options) {
        return calls.stream(inputs, batchSize(options), new Describing(options));
    }

    @Override
    public ImageToTextOptions defaultOptions() {
        return ImageToTextOptions.DEFAULT;
    }

    private int batchSize(ImageToTextOptions options) {
        return batches.batchSize(Arguments.require(options, "options").batchSize());
    }

    /**
     * A picture that is to be described.
     *
     * @param ids how the text begins
     */
    private record Subject(ImageInput image, int[] ids, WrittenPrompt written) {}

    /** A picture is one sequence, read with its batch; a text about it goes on in one way or several. */
    private final class Describing implements Work<PromptedImage, Subject, List<GeneratedText>, List<GeneratedText>> {

        private final ImageToTextOptions options;
        private final Writing writing;

        Describing(ImageToTextOptions options) {
            this.options = options;
            GenerationConfig asked =
                    model.takesPrompts() ? options.config() : options.config().withoutEncoderTokens();
            this.writing = new Writing(defaults.with(asked), options.seed(), options.stopSignal(), tokenizer());
        }

        Subject read(PromptedImage input) {
            String prompt = input.prompt().or(options::prompt).orElse("");
            int[] ids = beginning.ids(prompt);
            String shown = options.fullText() ? prompt : "";
            return new Subject(input.image(), ids, WrittenPrompt.before(shown, ids, tokenizer()));
        }

        Outcome<List<GeneratedText>> run(List<Subject> batch, TokenListener listener) {
            List<ImageInput> images = batch.stream().map(Subject::image).toList();
            return batches.run(images, pixels -> write(pixels, batch.subList(0, pixels.images()), listener));
        }

        private List<List<GeneratedText>> write(ImageBatch pixels, List<Subject> subjects, TokenListener listener) {
            int[][] ids = subjects.stream().map(Subject::ids).toArray(int[][]::new);
            return writing.texts(
                    generate(pixels, ids, listener),
                    subjects.stream().map(Subject::written).toList());
        }

        Generated generate(ImageBatch pixels, int[][] ids, TokenListener listener) {
            return writing.write(model.captioner().newState(pixels, false), ids, listener);
        }

        @Override
        public List<Subject> encode(PromptedImage input) {
            return List.of(read(input));
        }

        @Override
        public int size(Subject subject) {
            return writing.size(subject.ids().length);
        }

        @Override
        public Outcome<List<GeneratedText>> run(List<Subject> batch) {
            return run(batch, TokenListener.NONE);
        }

        @Override
        public List<GeneratedText> answer(
                PromptedImage input, List<Subject> subjects, List<List<GeneratedText>> texts) {
            return texts.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    /** How many pictures go through the model together by default. */
    public int batchSize() {
        return batches.batchSize(0);
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return batches.processor();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return beginning.tokenizer().tokenizer();
    }

    /** The model. */
    public AutoModelForImageTextToText model() {
        return model;
    }

    /** How it generates where nobody says: what the checkpoint has, and beyond it the task. */
    public GenerationConfig generationConfig() {
        return defaults.config();
    }

    @Override
    public ImageToTextPipeline withListener(PipelineListener listener) {
        return new ImageToTextPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
