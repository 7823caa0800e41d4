package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.model.OutputOptions;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A text in, its tokens and the attention maps of every layer out: who attends to whom.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextAttentionPipeline implements Pipeline<TextInput, TextAttentionOptions, TextAttention> {

    /** The task {@code text-attention}. */
    public static final PipelineTask<TextAttentionPipeline> TASK =
            new PipelineTask<>(TextAttentionPipeline.class, List.of("text-attention"), TextAttentionPipeline::load);

    private static final OutputOptions ATTENTIONS = new OutputOptions(false, true);

    private final FittingTokenizer tokenizer;
    private final AutoModel model;
    private final String description;
    private final Calls calls;

    private static TextAttentionPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModel.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new TextAttentionPipeline(
                        tokenizer, model, checkpoint.files().describe("config.json"), engine));
    }

    /**
     * A pipeline of a tokenizer and a model that are loaded already; it closes the model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static TextAttentionPipeline of(Tokenizer tokenizer, AutoModel model) {
        Arguments.require(tokenizer, "tokenizer");
        Arguments.require(model, "model");
        return new TextAttentionPipeline(tokenizer, model, model.config().toString(), model.engine());
    }

    private TextAttentionPipeline(Tokenizer tokenizer, AutoModel model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.encoder(), where).truncatedBy(TextAttentionOptions.class);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
    }

    private TextAttentionPipeline(TextAttentionPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** Attention within a text. */
    public TextAttention attend(String text) {
        return attend(TextInput.of(text));
    }

    /** Attention within a pair of texts. */
    public TextAttention attend(String text, String textPair) {
        return attend(TextInput.of(text, textPair));
    }

    /**
     * Attention within a text, or a pair of texts.
     *
     * @throws IllegalArgumentException if it is too long for the model, or for the memory
     */
    public TextAttention attend(TextInput input) {
        return answer(input);
    }

    /** Attention within a text or a pair, with other choices. */
    public TextAttention attend(TextInput input, TextAttentionOptions options) {
        return answer(input, options);
    }

    @Override
    public List<TextAttention> answer(List<? extends TextInput> inputs, TextAttentionOptions options) {
        return calls.list(inputs, 1, new Attending(options));
    }

    @Override
    public Stream<TextAttention> answer(Stream<? extends TextInput> inputs, TextAttentionOptions options) {
        return calls.stream(inputs, 1, new Attending(options));
    }

    @Override
    public TextAttentionOptions defaultOptions() {
        return TextAttentionOptions.DEFAULT;
    }

    /** A text is one sequence, and a batch: the maps grow with the square of its length. */
    private final class Attending implements Work.OnTexts<TextInput, List<Tensor>, TextAttention> {

        private final boolean truncation;

        Attending(TextAttentionOptions options) {
            this.truncation = Arguments.require(options, "options").truncation();
        }

        @Override
        public List<Encoding> encode(TextInput input) {
            return List.of(tokenizer.encode(input, truncation));
        }

        @Override
        public List<List<Tensor>> forward(List<Encoding> batch) {
            List<List<Tensor>> layers =
                    model.forward(tokenizer.batch(batch), ATTENTIONS).attentions(); // [heads, tokens, tokens]
            return IntStream.range(0, batch.size())
                    .mapToObj(text ->
                            layers.stream().map(layer -> layer.get(text)).toList())
                    .toList();
        }

        @Override
        public TextAttention answer(TextInput input, List<Encoding> sequences, List<List<Tensor>> layers) {
            return new TextAttention(sequences.getFirst().tokens(), layers.getFirst());
        }
    }

    /** The longest encoding that the tokenizer and the model agree on, in tokens, special tokens included. */
    public int maxLength() {
        return tokenizer.maxLength();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModel model() {
        return model;
    }

    @Override
    public TextAttentionPipeline withListener(PipelineListener listener) {
        return new TextAttentionPipeline(this, Calls.heardBy(listener));
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
