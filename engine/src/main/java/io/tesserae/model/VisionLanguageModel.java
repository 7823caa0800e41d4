package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.OptionalInt;

/**
 * A model that continues texts with pictures among them: Alayrac et al., "Flamingo: a Visual Language Model for Few-Shot Learning", arXiv
 * 2204.14198. Tasks are given as text, with examples if that helps. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class VisionLanguageModel implements Model {

    private final Engine engine;
    private final Decoder decoder;
    private final GenerationTokens tokens;
    private final TensorSource source;

    /**
     * What every such model has.
     *
     * @param decoder what writes
     * @param source the checkpoint's tensors, which the model closes
     */
    protected VisionLanguageModel(Engine engine, Decoder decoder, GenerationTokens tokens, TensorSource source) {
        this.engine = Arguments.require(engine, "engine");
        this.decoder = Arguments.require(decoder, "decoder");
        this.tokens = Arguments.require(tokens, "tokens");
        this.source = Arguments.require(source, "source");
    }

    /**
     * Refuses a batch that the model does not take, before anything is computed: pictures of a wrong size, too many or too few of them
     * for the marks, no sight where it needs one.
     *
     * @throws IllegalArgumentException that says what was expected, and what was found
     */
    protected abstract void requireTaken(InterleavedBatch batch);

    /**
     * What the decoder is given of pictures.
     *
     * @param frame receives it
     * @param batch with one picture at least
     * @return {@code [rows of all pictures, width]}, in the frame's memory
     */
    protected abstract Ragged see(Frame frame, InterleavedBatch batch);

    /**
     * What the decoder has beside its tokens. It outlives the frame that {@code seen} is in.
     *
     * @param seen of {@link #see}; no rows where there are no pictures
     */
    protected abstract DecoderContext context(Workspace workspace, Ragged seen, InterleavedBatch batch);

    /**
     * The mark that stands for a picture, or several times for the rows of one, where the configuration says which it is; otherwise
     * the tokenizer's {@code <image>} is.
     */
    public abstract OptionalInt imageToken();

    /** How many marks a picture has in a text. */
    public abstract int tokensOfPicture();

    /** Whether each batch has to say which pictures a token sees: {@link InterleavedBatch#sight}. */
    public abstract boolean needsSight();

    /** Height and width of the pictures that it was made for, in pixels. */
    public abstract int imageSize();

    /**
     * Scores what comes next at every token.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, a text is longer than there are positions for, or the
     *     pictures do not fit the texts or the model
     */
    public final VisionLanguageOutput forward(InterleavedBatch batch, OutputOptions options) {
        Arguments.require(options, "options");
        requireTaken(Arguments.require(batch, "batch"));
        Tensor imageHiddenStates;
        int[] imageStarts;
        DecoderContext context;
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Ragged seen = look(frame, batch);
            imageHiddenStates = seen.rows().copy();
            imageStarts = seen.starts();
            context = context(workspace, seen, batch);
        }
        return new VisionLanguageOutput(
                imageHiddenStates, imageStarts, decoder.forward(batch.texts(), context, options));
    }

    /**
     * Looks at the pictures of some prompts: a sequence for each, empty yet, which reads its prompt first.
     *
     * @param prompts what the sequences will begin with, token by token
     * @throws IllegalArgumentException as {@link #forward}
     */
    public final DecoderState newState(InterleavedBatch prompts) {
        requireTaken(Arguments.require(prompts, "prompts"));
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            DecoderContext context = context(workspace, look(frame, prompts), prompts);
            return decoder.newState(prompts.texts().sequences(), context);
        }
    }

    private Ragged look(Frame frame, InterleavedBatch batch) {
        return batch.pictures().isPresent()
                ? see(frame, batch)
                : new Ragged(Tensor.zeros(0, decoder.config().hiddenSize()), new int[] {0});
    }

    /** What it runs on. */
    protected final Engine engine() {
        return engine;
    }

    /** The tokens that its configuration says generation begins, ends and pads with. */
    public final GenerationTokens tokens() {
        return tokens;
    }

    /** The numbers that describe what writes. */
    public final EncoderConfig config() {
        return decoder.config();
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        return "pictures of " + imageSize() + " x " + imageSize() + "; words: " + decoder;
    }

    @Override
    public final void close() {
        source.close();
    }
}
