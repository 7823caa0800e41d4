package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.BOS_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.DO_SAMPLE;
import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;
import static io.tesserae.generation.GenerationOption.TEMPERATURE;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.TokenListener;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.AutoModelForCausalLM;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The beginning of a text in, the text with what a model writes behind it out: transformers' {@code TextGenerationPipeline}.
 *
 * <pre>{@code
 * GeneratedText text = pipeline.generate("Once upon a time", options, System.out::print);
 * }</pre>
 *
 * <p>Or a conversation in, the answer out, where the checkpoint has a chat template.
 *
 * <p>Nothing is padded, so a prompt gives the same text in any company. Special tokens are left out of the text. Transformers' {@code
 * clean_up_tokenization_spaces} does nothing to byte-level tokens there, and so it does here.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextGenerationPipeline implements Pipeline<String, TextGenerationOptions, List<GeneratedText>> {

    /** The task {@code text-generation}. */
    public static final PipelineTask<TextGenerationPipeline> TASK =
            new PipelineTask<>(TextGenerationPipeline.class, List.of("text-generation"), TextGenerationPipeline::load);

    private static final GenerationConfig TASK_DEFAULTS = GenerationConfig.DEFAULTS
            .with(MAX_NEW_TOKENS, GenerationDefaults.NEW_TOKENS)
            .with(DO_SAMPLE, true)
            .with(TEMPERATURE, 0.7);

    /** A chat template has written the special tokens. */
    private static final EncodingOptions WORDS_ALONE = EncodingOptions.DEFAULT.withAddSpecialTokens(false);

    private final FittingTokenizer tokenizer;
    private final AutoModelForCausalLM model;
    private final ConversationText conversations;
    private final GenerationDefaults defaults;
    private final String description;
    private final Calls calls;

    private static TextGenerationPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForCausalLM.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new TextGenerationPipeline(
                        FittingTokenizer.of(
                                tokenizer,
                                model.languageModel().config(),
                                checkpoint.files().describe("config.json")),
                        model,
                        ConversationText.of(checkpoint),
                        GenerationDefaults.of(
                                AutoGenerationConfig.fromPretrained(checkpoint),
                                TASK_DEFAULTS,
                                AutoGenerationConfig.ofTask(checkpoint, TASK.name()),
                                tokenizer)));
    }

    private TextGenerationPipeline(
            FittingTokenizer tokenizer,
            AutoModelForCausalLM model,
            ConversationText conversations,
            GenerationDefaults defaults) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.conversations = conversations;
        this.defaults = defaults;
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
    }

    private TextGenerationPipeline(TextGenerationPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.conversations = other.conversations;
        this.defaults = other.defaults;
        this.description = other.description;
        this.calls = calls;
    }

    /** Continues a text as the checkpoint and the task have it. */
    public GeneratedText generate(String prompt) {
        return generate(prompt, TextGenerationOptions.DEFAULT).getFirst();
    }

    /** Continues a text, in one way or in several. */
    public List<GeneratedText> generate(String prompt, TextGenerationOptions options) {
        return answer(prompt, options);
    }

    /**
     * Continues texts, in their order.
     *
     * @throws IllegalArgumentException if one is too long for the model, or is empty and the model has no token to begin with; or if the
     *     options are out of range or not to be had together
     */
    public List<List<GeneratedText>> generate(List<String> prompts, TextGenerationOptions options) {
        return answer(prompts, options);
    }

    /**
     * Continues a text, and hands it on as it is written.
     *
     * @param pieces gets the text piece by piece, as soon as no later token can change it: the pieces together are the answer. Called on
     *     this thread; what it throws ends the generation. With beams all comes at the end
     * @throws IllegalArgumentException as {@link #generate(List, TextGenerationOptions)}, and if several answers are asked for
     */
    public GeneratedText generate(String prompt, TextGenerationOptions options, Consumer<String> pieces) {
        return write(new TextPrompt.Text(prompt), options, pieces);
    }

    /** Answers a conversation as the checkpoint and the task have it: what is new is the text. */
    public GeneratedText chat(Conversation conversation) {
        return chat(conversation, TextGenerationOptions.DEFAULT).getFirst();
    }

    /**
     * Answers a conversation, in one way or in several.
     *
     * @return what is new, of which {@link Conversation#with} makes a message; whether options ask for the full text does not matter
     * @throws IllegalArgumentException as {@link #write(List, TextGenerationOptions)}
     */
    public List<GeneratedText> chat(Conversation conversation, TextGenerationOptions options) {
        return write(List.of(new TextPrompt.Chat(conversation)), options).getFirst();
    }

    /**
     * Continues texts and answers conversations, in their order.
     *
     * @throws IllegalArgumentException as {@link #generate(List, TextGenerationOptions)}; and if the chat template refuses a conversation
     * @throws io.tesserae.loaders.files.ModelLoadingException if one is a conversation and the checkpoint has no chat template, or one that
     *     is not supported
     */
    public List<List<GeneratedText>> write(List<TextPrompt> prompts, TextGenerationOptions options) {
        return calls.list(
                prompts,
                Arguments.require(options, "options").batchSize(),
                new Continuing<>(options, Function.<TextPrompt>identity()));
    }

    /**
     * Continues a text or answers a conversation, and hands the answer on as it is written.
     *
     * @param pieces as with {@link #generate(String, TextGenerationOptions, Consumer)}
     * @throws IllegalArgumentException as {@link #write(List, TextGenerationOptions)}, and if several answers are asked for
     */
    public GeneratedText write(TextPrompt prompt, TextGenerationOptions options, Consumer<String> pieces) {
        Arguments.require(pieces, "pieces");
        var work = new Continuing<>(Arguments.require(options, "options"), Function.<TextPrompt>identity());
        work.writing.requireOneAnswer();
        return calls.timed(
                1,
                () -> work.withinMemory(() -> {
                    Prompt read = work.read(Arguments.require(prompt, "prompt"));
                    TextPieces written = new TextPieces(read.written(), tokenizer(), pieces);
                    List<List<GeneratedText>> texts = work.write(List.of(read), written);
                    written.finish();
                    return texts.getFirst().getFirst();
                }));
    }

    @Override
    public List<List<GeneratedText>> answer(List<? extends String> inputs, TextGenerationOptions options) {
        return calls.list(
                inputs,
                Arguments.require(options, "options").batchSize(),
                new Continuing<>(options, TextPrompt.Text::new));
    }

    @Override
    public Stream<List<GeneratedText>> answer(Stream<? extends String> inputs, TextGenerationOptions options) {
        return calls.stream(
                inputs,
                Arguments.require(options, "options").batchSize(),
                new Continuing<>(options, TextPrompt.Text::new));
    }

    @Override
    public TextGenerationOptions defaultOptions() {
        return TextGenerationOptions.DEFAULT;
    }

    /**
     * A text that is to go on.
     *
     * @param ids what the model reads of it
     */
    private record Prompt(int[] ids, WrittenPrompt written) {}

    /** A text is one sequence, and goes on in one way or several. */
    private final class Continuing<I> implements Work<I, Prompt, List<GeneratedText>, List<GeneratedText>> {

        private final Writing writing;
        private final boolean fullText;
        private final Function<? super I, ? extends TextPrompt> prompts;

        Continuing(TextGenerationOptions options, Function<? super I, ? extends TextPrompt> prompts) {
            this.prompts = prompts;
            this.writing =
                    new Writing(defaults.with(options.config()), options.seed(), options.stopSignal(), tokenizer());
            this.fullText = options.fullText();
        }

        Prompt read(TextPrompt prompt) {
            return switch (prompt) {
                case TextPrompt.Text(String text) ->
                    prompt(tokenizer.encode(TextInput.of(text), false).inputIds(), fullText ? text : "");
                case TextPrompt.Chat(Conversation conversation) -> {
                    TextInput text = TextInput.of(conversations.of(conversation));
                    yield prompt(tokenizer.encode(text, WORDS_ALONE).inputIds(), "");
                }
            };
        }

        private Prompt prompt(int[] ids, String shown) {
            return new Prompt(ids.length == 0 ? new int[] {beginning()} : ids, WrittenPrompt.apart(shown));
        }

        private int beginning() {
            return writing.config()
                    .find(BOS_TOKEN_ID)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "an empty text: the model has no token that texts begin with (bos_token_id);"
                                    + " give it a word at least"));
        }

        List<List<GeneratedText>> write(List<Prompt> prompts, TokenListener listener) {
            var generated = writing.write(
                    model.languageModel().newState(prompts.size()),
                    prompts.stream().map(Prompt::ids).toArray(int[][]::new),
                    listener);
            return writing.texts(
                    generated, prompts.stream().map(Prompt::written).toList());
        }

        @Override
        public List<Prompt> encode(I input) {
            return List.of(read(prompts.apply(input)));
        }

        @Override
        public int size(Prompt prompt) {
            return writing.size(prompt.ids().length);
        }

        @Override
        public Outcome<List<GeneratedText>> run(List<Prompt> batch) {
            return new Outcome<>(write(batch, TokenListener.NONE), null);
        }

        @Override
        public List<GeneratedText> answer(I input, List<Prompt> read, List<List<GeneratedText>> texts) {
            return texts.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesTexts(work);
        }
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModelForCausalLM model() {
        return model;
    }

    /** How it generates where nobody says: what the checkpoint has, and beyond it the task. */
    public GenerationConfig generationConfig() {
        return defaults.config();
    }

    @Override
    public TextGenerationPipeline withListener(PipelineListener listener) {
        return new TextGenerationPipeline(this, Calls.heardBy(listener));
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
