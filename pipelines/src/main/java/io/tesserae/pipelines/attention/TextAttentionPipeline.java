package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;

/**
 * A text in, its tokens and the attention maps of every layer out: who attends to whom.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextAttentionPipeline implements AutoCloseable {

    /** The task {@code text-attention}. */
    public static final PipelineTask<TextAttentionPipeline> TASK =
            new PipelineTask<>(List.of("text-attention"), TextAttentionPipeline::load);

    private static final OutputOptions ATTENTIONS = new OutputOptions(false, true);

    private final FittingTokenizer tokenizer;
    private final AutoModel model;

    private static TextAttentionPipeline load(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModel.fromPretrained(files, engine),
                (tokenizer, model) -> new TextAttentionPipeline(tokenizer, model, files.describe("config.json")));
    }

    private TextAttentionPipeline(Tokenizer tokenizer, AutoModel model, String where) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.encoder(), where);
        this.model = model;
    }

    /** Attention within a text. */
    public TextAttention attend(String text) {
        return attend(TextInput.of(text));
    }

    /**
     * Attention within a text, or a pair of texts.
     *
     * @throws IllegalArgumentException if it is too long for the model, or for the memory
     */
    public TextAttention attend(TextInput input) {
        Arguments.require(input, "input");
        return RunningOutOfMemory.refusesTexts(() -> attentionOf(input));
    }

    private TextAttention attentionOf(TextInput input) {
        Encoding encoding =
                tokenizer.tokenizer().encode(input.text(), input.textPair().orElse(null));
        int maxLength = model.encoder().maxLength();
        if (encoding.size() > maxLength) {
            throw new IllegalArgumentException("a text of " + encoding.size()
                    + " tokens is too long for the model, which has " + maxLength + " positions; shorten it");
        }
        TokenBatch batch = tokenizer.batch(List.of(encoding));
        List<Tensor> layers = model.forward(batch, ATTENTIONS).attentions().stream()
                .map(List::getFirst)
                .toList(); // per layer [heads, tokens, tokens]
        return new TextAttention(encoding.tokens(), layers);
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModel model() {
        return model;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
