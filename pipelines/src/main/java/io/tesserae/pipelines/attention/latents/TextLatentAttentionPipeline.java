package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.Pretrained;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBackbone;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.attention.TextAttentionOptions;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A text in, which of its characters each latent reads out: for classifiers and masked language models that read with latents, as
 * Perceiver.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextLatentAttentionPipeline
        implements Pipeline<TextInput, TextAttentionOptions, TextLatentAttention> {

    /** The task {@code text-latent-attention}. */
    public static final PipelineTask<TextLatentAttentionPipeline> TASK = new PipelineTask<>(
            TextLatentAttentionPipeline.class, List.of("text-latent-attention"), TextLatentAttentionPipeline::load);

    /** Not what latents say to each other: that is several times as much. */
    private static final OutputOptions MAPS = new OutputOptions(false, false, true);

    /** A model of words must be asked about one of them at least. */
    private static final int[] FIRST_TOKEN = {0};

    private final FittingTokenizer tokenizer;
    private final Reader reader;
    private final String description;
    private final Calls calls;

    /**
     * A model, and how it reads.
     *
     * @param model that is closed with the pipeline
     * @param backbone what reads
     * @param reading maps by layer and sequence, {@code [heads, latents, rows]} of the first layer
     */
    private record Reader(Pretrained<?> model, TokenBackbone backbone, Reading reading) implements AutoCloseable {

        interface Reading {
            List<List<Tensor>> crossAttentions(TokenBatch batch);
        }

        static Reader of(AutoModelForMaskedLM model) {
            return new Reader(
                    model,
                    model.languageModel().backbone(),
                    batch -> model.languageModel()
                            .forward(batch, FIRST_TOKEN, MAPS)
                            .crossAttentions());
        }

        static Reader of(AutoModelForSequenceClassification model) {
            return new Reader(
                    model,
                    model.classifier().backbone(),
                    batch -> model.classifier().forward(batch, MAPS).crossAttentions());
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private static TextLatentAttentionPipeline load(Checkpoint checkpoint, Engine engine) {
        boolean fills = checkpoint.head().equals(Optional.of(Head.MASKED_LM));
        return SideBySideLoading.load(
                checkpoint,
                () -> fills
                        ? Reader.of(AutoModelForMaskedLM.fromPretrained(checkpoint, engine))
                        : Reader.of(AutoModelForSequenceClassification.fromPretrained(checkpoint, engine)),
                (tokenizer, reader) -> new TextLatentAttentionPipeline(
                        tokenizer, reader, checkpoint.files().describe("config.json")));
    }

    private TextLatentAttentionPipeline(Tokenizer tokenizer, Reader reader, String where) {
        if (reader.backbone().latents().isEmpty()) {
            throw reader.model().config().unexpected("model_type", "a family whose models read with latents");
        }
        this.tokenizer =
                FittingTokenizer.of(tokenizer, reader.backbone(), where).truncatedBy(TextAttentionOptions.class);
        this.reader = reader;
        this.description =
                Descriptions.of(TASK, reader.model().config(), reader.model().engine());
        this.calls = Calls.UNHEARD;
    }

    private TextLatentAttentionPipeline(TextLatentAttentionPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.reader = other.reader;
        this.description = other.description;
        this.calls = calls;
    }

    /** What the latents read of a text. */
    public TextLatentAttention attend(String text) {
        return attend(TextInput.of(text));
    }

    /**
     * What the latents read of a text, or of a pair of texts.
     *
     * @throws IllegalArgumentException if it is too long for the model, or for the memory
     */
    public TextLatentAttention attend(TextInput input) {
        return answer(input);
    }

    /** What the latents read of a text or a pair, with other choices. */
    public TextLatentAttention attend(TextInput input, TextAttentionOptions options) {
        return answer(input, options);
    }

    @Override
    public List<TextLatentAttention> answer(List<? extends TextInput> inputs, TextAttentionOptions options) {
        return calls.list(inputs, 1, new Attending(options));
    }

    @Override
    public Stream<TextLatentAttention> answer(Stream<? extends TextInput> inputs, TextAttentionOptions options) {
        return calls.stream(inputs, 1, new Attending(options));
    }

    @Override
    public TextAttentionOptions defaultOptions() {
        return TextAttentionOptions.DEFAULT;
    }

    /** A text is one sequence, and a batch: its maps are large beside it. */
    private final class Attending implements Work.OnTexts<TextInput, Tensor, TextLatentAttention> {

        private final boolean truncation;

        Attending(TextAttentionOptions options) {
            this.truncation = Arguments.require(options, "options").truncation();
        }

        @Override
        public List<Encoding> encode(TextInput input) {
            return List.of(tokenizer.encode(input, truncation));
        }

        @Override
        public List<Tensor> forward(List<Encoding> batch) {
            for (Encoding text : batch) {
                LatentAttention.requireMemory(
                        reader.backbone().readingHeads().orElseThrow(),
                        reader.backbone().latents().orElseThrow(),
                        text.size(),
                        "give it more (-Xmx), or shorten the text");
            }
            return reader.reading()
                    .crossAttentions(tokenizer.batch(batch))
                    .getFirst(); // of the layer in which latents read, by text [heads, latents, rows]
        }

        @Override
        public TextLatentAttention answer(TextInput input, List<Encoding> sequences, List<Tensor> maps) {
            return new TextLatentAttention(
                    TextLatentAttention.characters(input, sequences.getFirst()), new LatentAttention(maps.getFirst()));
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

    /** How many latents read. */
    public int latents() {
        return reader.backbone().latents().orElseThrow();
    }

    @Override
    public TextLatentAttentionPipeline withListener(PipelineListener listener) {
        return new TextLatentAttentionPipeline(this, Calls.heardBy(listener));
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
        reader.close();
    }
}
