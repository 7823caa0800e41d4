package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.TokenListener;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForMultimodalLM;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.prompt.PicturePromptFiles;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Words with pictures among them in, what a model writes behind them out: transformers' {@code ImageTextToTextPipeline}.
 *
 * <pre>{@code
 * GeneratedText text = pipeline.generate(MixedPrompt.of("<image>What is this? It is", ImageInput.of(Path.of("cat.jpg"))));
 * }</pre>
 *
 * <p>Nothing is padded, so a prompt gives the same text in any company. Special tokens are left out of the text, and of what is new in it
 * as well. To IDEFICS a text is one part of a prompt: where transformers is given a text and no picture, it takes each character for a
 * part, and loses the spaces.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageTextToTextPipeline
        implements Pipeline<MixedPrompt, ImageTextToTextOptions, List<GeneratedText>> {

    /** The task {@code image-text-to-text}. */
    public static final PipelineTask<ImageTextToTextPipeline> TASK = new PipelineTask<>(
            ImageTextToTextPipeline.class, List.of("image-text-to-text"), ImageTextToTextPipeline::load);

    private static final GenerationConfig TASK_DEFAULTS =
            GenerationConfig.DEFAULTS.with(MAX_NEW_TOKENS, GenerationDefaults.NEW_TOKENS);

    private final AutoModelForMultimodalLM model;
    private final Tokenizer tokenizer;
    private final MixedPromptReader reader;
    private final ConversationText conversations;
    private final int imageToken;
    private final GenerationDefaults defaults;
    private final String description;
    private final Calls calls;

    private static ImageTextToTextPipeline load(Checkpoint checkpoint, Engine engine) {
        if (checkpoint.head().equals(Optional.of(Head.IMAGE_CAPTIONING))) {
            throw new ModelLoadingException(checkpoint.config() + ": model_type: the models of "
                    + checkpoint.config().modelType()
                    + " write about one picture, and read none among words; take the task image-to-text, with the"
                    + " beginning of the text as its prompt");
        }
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForMultimodalLM.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new ImageTextToTextPipeline(checkpoint, tokenizer, model));
    }

    private ImageTextToTextPipeline(Checkpoint checkpoint, Tokenizer tokenizer, AutoModelForMultimodalLM model) {
        var reads = model.visionLanguageModel();
        this.model = model;
        this.tokenizer = tokenizer;
        this.reader = reader(
                checkpoint,
                FittingTokenizer.of(
                        tokenizer, reads.config(), checkpoint.files().describe("config.json")),
                model);
        this.conversations = ConversationText.of(checkpoint);
        this.imageToken = reads.imageToken()
                .orElseGet(() -> tokenizer.tokenToId(PromptPart.PICTURE_MARK).orElseThrow());
        this.defaults = GenerationDefaults.of(
                AutoGenerationConfig.fromPretrained(checkpoint),
                TASK_DEFAULTS,
                AutoGenerationConfig.ofTask(checkpoint, TASK.name()),
                tokenizer);
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
    }

    private ImageTextToTextPipeline(ImageTextToTextPipeline other, Calls calls) {
        this.model = other.model;
        this.tokenizer = other.tokenizer;
        this.reader = other.reader;
        this.conversations = other.conversations;
        this.imageToken = other.imageToken;
        this.defaults = other.defaults;
        this.description = other.description;
        this.calls = calls;
    }

    private static MixedPromptReader reader(
            Checkpoint checkpoint, FittingTokenizer tokenizer, AutoModelForMultimodalLM model) {
        Engine engine = model.engine();
        return AutoImageProcessor.isTiled(checkpoint)
                ? new TiledPromptReader(
                        tokenizer,
                        AutoImageProcessor.tiled(checkpoint, engine),
                        PicturePromptFiles.tiled(checkpoint.files(), tokenizer.tokenizer())
                                .withImageSequenceLength(
                                        model.visionLanguageModel().tokensOfPicture()),
                        engine)
                : new IdeficsPromptReader(tokenizer, AutoImageProcessor.fromPretrained(checkpoint, engine), engine);
    }

    /** Continues a prompt as the checkpoint and the task have it. */
    public GeneratedText generate(MixedPrompt prompt) {
        return generate(prompt, ImageTextToTextOptions.DEFAULT).getFirst();
    }

    /** Continues a prompt, in one way or in several. */
    public List<GeneratedText> generate(MixedPrompt prompt, ImageTextToTextOptions options) {
        return answer(prompt, options);
    }

    /**
     * Continues prompts, in their order. The answer to a conversation is the assistant's message, or what is new of it:
     * {@link Conversation#with}.
     *
     * @throws io.tesserae.loaders.image.ImageException if a picture cannot be read; the message names it
     * @throws IllegalArgumentException if a prompt is too long for the model, or has more or fewer pictures than places for them; if it is
     *     a conversation and the chat template refuses it; or if the options are out of range or not to be had together
     * @throws ModelLoadingException if one is a conversation and the checkpoint has no chat template, or one that is not supported
     */
    public List<List<GeneratedText>> generate(List<MixedPrompt> prompts, ImageTextToTextOptions options) {
        return answer(prompts, options);
    }

    /**
     * Continues a prompt, and hands the text on as it is written.
     *
     * @param pieces gets the text piece by piece, as soon as no later token can change it: the pieces together are the answer. Called on
     *     this thread; what it throws ends the generation. With beams all comes at the end
     * @throws IllegalArgumentException as {@link #generate(List, ImageTextToTextOptions)}, and if several answers are asked for
     */
    public GeneratedText generate(MixedPrompt prompt, ImageTextToTextOptions options, Consumer<String> pieces) {
        Arguments.require(pieces, "pieces");
        Continuing work = new Continuing(Arguments.require(options, "options"));
        work.writing.requireOneAnswer();
        return calls.timed(
                1,
                () -> work.withinMemory(() -> {
                    Read read = work.read(Arguments.require(prompt, "prompt"));
                    TextPieces written = new TextPieces(read.written(), tokenizer, pieces);
                    List<List<GeneratedText>> texts = work.write(List.of(read), written);
                    written.finish();
                    return texts.getFirst().getFirst();
                }));
    }

    /**
     * The tokens of prompts and of what the model writes behind them, for whoever goes on with tokens. All prompts go through the model
     * together, and their pictures are kept as they were.
     *
     * @param prompts one or more
     * @param options all but whether the prompt is shown, and the size of batches
     * @throws IllegalArgumentException as {@link #generate(List, ImageTextToTextOptions)}, and if several answers are asked for
     */
    public MixedWriting write(List<MixedPrompt> prompts, ImageTextToTextOptions options) {
        Continuing work = new Continuing(Arguments.require(options, "options").withFullText(false));
        work.writing.requireOneAnswer();
        if (Arguments.requireAll(prompts, "prompts").isEmpty()) {
            throw new IllegalArgumentException("prompts: expected one or more, found none");
        }
        return calls.timed(prompts.size(), () -> work.withinMemory(() -> work.write(prompts)));
    }

    @Override
    public List<List<GeneratedText>> answer(List<? extends MixedPrompt> inputs, ImageTextToTextOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Continuing(options));
    }

    @Override
    public Stream<List<GeneratedText>> answer(Stream<? extends MixedPrompt> inputs, ImageTextToTextOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Continuing(options));
    }

    @Override
    public ImageTextToTextOptions defaultOptions() {
        return ImageTextToTextOptions.DEFAULT;
    }

    /** A prompt that is to go on. */
    private record Read(MixedTokens tokens, WrittenPrompt written) {}

    /** A prompt is one sequence, with its pictures, and goes on in one way or several. */
    private final class Continuing implements Work<MixedPrompt, Read, List<GeneratedText>, List<GeneratedText>> {

        private final ImageTextToTextOptions options;
        private final Writing writing;

        Continuing(ImageTextToTextOptions options) {
            this.options = options;
            this.writing =
                    new Writing(defaults.with(options.config()), options.seed(), options.stopSignal(), tokenizer);
        }

        Read read(MixedPrompt prompt) {
            return read(prompt, UnaryOperator.identity());
        }

        /** @param watched puts others in the place of the pictures, which read the same */
        Read read(MixedPrompt prompt, UnaryOperator<List<ImageInput>> watched) {
            List<PromptPart> parts = new ArrayList<>();
            List<ImageInput> pictures = new ArrayList<>();
            append(options.examples(), parts, pictures);
            String shown = switch (prompt) {
                case MixedPrompt.Parts all -> {
                    append(all.parts(), parts, pictures);
                    yield all.text();
                }
                case MixedPrompt.Marked(String text, List<ImageInput> ofText) -> {
                    parts.addAll(PromptPart.parse(text));
                    pictures.addAll(ofText);
                    yield text;
                }
                case MixedPrompt.Chat(Conversation conversation) -> {
                    requireNoExamples();
                    parts.addAll(PromptPart.parse(conversations.of(conversation)));
                    pictures.addAll(conversation.pictures());
                    yield "";
                }
            };
            MixedTokens tokens = reader.read(parts, prompt instanceof MixedPrompt.Chat, watched.apply(pictures));
            if (tokens.ids().length == 0) {
                throw new IllegalArgumentException("an empty prompt: give it a word at least, or a picture");
            }
            return new Read(tokens, WrittenPrompt.before(options.fullText() ? shown : "", tokens.ids(), tokenizer));
        }

        private static void append(List<MixedPrompt.Part> from, List<PromptPart> parts, List<ImageInput> pictures) {
            for (MixedPrompt.Part part : from) {
                switch (part) {
                    case MixedPrompt.Part.Words(String text) -> parts.add(new PromptPart.Text(text));
                    case MixedPrompt.Part.Picture(ImageInput image) -> {
                        parts.add(new PromptPart.Picture());
                        pictures.add(image);
                    }
                }
            }
        }

        private void requireNoExamples() {
            if (!options.examples().isEmpty()) {
                throw new IllegalArgumentException(
                        "examples stand before a text with pictures; give those of a conversation as messages of it");
            }
        }

        List<List<GeneratedText>> write(List<Read> prompts, TokenListener listener) {
            return texts(generate(batch(prompts), prompts, listener), prompts);
        }

        private Generated generate(InterleavedBatch batch, List<Read> prompts, TokenListener listener) {
            return writing.write(model.visionLanguageModel().newState(batch), ids(prompts), listener);
        }

        private List<List<GeneratedText>> texts(Generated generated, List<Read> prompts) {
            return writing.texts(generated, prompts.stream().map(Read::written).toList());
        }

        private static int[][] ids(List<Read> prompts) {
            return prompts.stream().map(read -> read.tokens().ids()).toArray(int[][]::new);
        }

        MixedWriting write(List<MixedPrompt> prompts) {
            List<Read> read = new ArrayList<>();
            List<List<MixedWriting.Seen>> seen = new ArrayList<>();
            for (MixedPrompt prompt : prompts) {
                List<WatchedImage> watched = new ArrayList<>();
                read.add(read(prompt, pictures -> {
                    pictures.forEach(picture -> watched.add(new WatchedImage(picture)));
                    return watched.stream().map(WatchedImage::input).toList();
                }));
                seen.add(watched.stream()
                        .map(picture -> reader.seen(picture.image(), picture.name()))
                        .toList());
            }
            InterleavedBatch batch = batch(read);
            Generated generated = generate(batch, read, TokenListener.NONE);
            int[][] written = new int[read.size()][];
            Arrays.setAll(written, generated::newTokens);
            List<String> texts = texts(generated, read).stream()
                    .map(answers -> answers.getFirst().text())
                    .toList();
            return new MixedWriting(batch, written, texts, seen);
        }

        private InterleavedBatch batch(List<Read> prompts) {
            List<Tensor> pictures = new ArrayList<>();
            int[] starts = new int[prompts.size() + 1];
            for (int text = 0; text < prompts.size(); text++) {
                pictures.addAll(prompts.get(text).tokens().pictures());
                starts[text + 1] = pictures.size();
            }
            TokenBatch texts = TokenBatch.of(ids(prompts));
            return InterleavedBatch.of(
                    texts,
                    pictures.isEmpty() ? Optional.empty() : Optional.of(ImageBatch.of(pictures)),
                    starts,
                    model.visionLanguageModel().needsSight()
                            ? Optional.of(PictureSight.latest(texts, imageToken, endToken()))
                            : Optional.empty());
        }

        @Override
        public List<Read> encode(MixedPrompt prompt) {
            return List.of(read(prompt));
        }

        @Override
        public int size(Read read) {
            return writing.size(read.tokens().ids().length);
        }

        @Override
        public Outcome<List<GeneratedText>> run(List<Read> batch) {
            return new Outcome<>(write(batch, TokenListener.NONE), null);
        }

        @Override
        public List<GeneratedText> answer(MixedPrompt prompt, List<Read> read, List<List<GeneratedText>> texts) {
            return texts.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    /** The token behind which no picture is seen; none is -1. */
    private int endToken() {
        return tokenizer.specialTokens().eos() == null ? -1 : tokenizer.eosTokenId();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The model. */
    public AutoModelForMultimodalLM model() {
        return model;
    }

    /** How it generates where nobody says: what the checkpoint has, and beyond it the task. */
    public GenerationConfig generationConfig() {
        return defaults.config();
    }

    @Override
    public ImageTextToTextPipeline withListener(PipelineListener listener) {
        return new ImageTextToTextPipeline(this, Calls.heardBy(listener));
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
