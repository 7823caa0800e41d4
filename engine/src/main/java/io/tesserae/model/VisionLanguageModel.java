package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;
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
     * @param keepAttentions whether to return what a resampler's latents look at
     * @return {@code [rows of all pictures, width]}, in the frame's memory
     */
    protected abstract SeenPictures see(Frame frame, InterleavedBatch batch, boolean keepAttentions);

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

    /** What the words can look at of a picture, and how that lies on it. */
    public abstract PictureRows pictureRows();

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
        SeenPictures seen;
        DecoderContext context;
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            seen = look(frame, batch, options.crossAttentions());
            imageHiddenStates = seen.rows().rows().copy();
            context = context(workspace, seen.rows(), batch);
        }
        return new VisionLanguageOutput(
                imageHiddenStates,
                seen.rows().starts(),
                seen.attentions(),
                decoder.forward(batch.texts(), context, options));
    }

    /**
     * Where in the pictures the model looks while it writes: of the last token of each prompt, which scores what is written first, and of
     * all that is written behind. The bits are those of {@link #forward} of the whole, which has maps of all tokens of a prompt as well:
     * of a prompt with photos many times more memory.
     *
     * @param prompts of two tokens or more each
     * @param written {@code [texts][tokens]}, what was written behind each prompt; may be none
     * @throws IllegalArgumentException as {@link #forward}, if a prompt has one token, or nothing is said of what was written behind it
     */
    public final PictureAttention attend(InterleavedBatch prompts, int[][] written) {
        requireTaken(Arguments.require(prompts, "prompts"));
        requireBehind(prompts.texts(), written);
        PictureRows rows = pictureRows();
        SeenPictures seen;
        DecoderContext context;
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            seen = look(frame, prompts, true);
            context = context(workspace, seen.rows(), prompts);
        }
        OutputOptions wanted = new OutputOptions(false, rows.areTokens(), !rows.areTokens());
        Recording recording = decoder.attend(prompts.texts(), written, context, wanted);
        int[] starts = seen.rows().starts();
        return new PictureAttention(
                rows.areTokens()
                        ? PictureAttention.atMarks(
                                recording.allAttentions(),
                                prompts,
                                starts,
                                imageToken().orElseThrow())
                        : PictureAttention.ofMemory(recording.allCrossAttentions(), prompts, starts),
                seen.attentions());
    }

    private static void requireBehind(TokenBatch prompts, int[][] written) {
        Arguments.requireAll(Arrays.asList(Arguments.require(written, "written")), "written");
        if (written.length != prompts.sequences()) {
            throw new IllegalArgumentException("written: expected what stands behind " + prompts.sequences()
                    + " prompts, found " + written.length);
        }
        for (int text = 0; text < written.length; text++) {
            if (prompts.length(text) < 2) {
                throw new IllegalArgumentException(
                        "prompt " + text + ": expected two tokens or more, found " + prompts.length(text));
            }
        }
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
            DecoderContext context =
                    context(workspace, look(frame, prompts, false).rows(), prompts);
            return decoder.newState(prompts.texts().sequences(), context);
        }
    }

    private SeenPictures look(Frame frame, InterleavedBatch batch, boolean keepAttentions) {
        return batch.pictures().isPresent()
                ? see(frame, batch, keepAttentions)
                : SeenPictures.of(new Ragged(Tensor.zeros(0, decoder.config().hiddenSize()), new int[] {0}));
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
