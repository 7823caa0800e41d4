package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/** A model without a head: pictures in, hidden states out. Immutable and thread-safe. */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class ImageEncoder implements Model {

    private final Engine engine;
    private volatile boolean closed; // all weights are in memory: it could answer after that, and must not

    /** What every encoder has. */
    protected ImageEncoder(Engine engine) {
        this.engine = Arguments.require(engine, "engine");
    }

    /**
     * Encodes a batch. A picture's sequence is its {@link #prefixTokens}, then its patches in reading order, as many as
     * lie in it whole.
     *
     * @param interpolatePositions whether pictures may have another size than {@link #imageHeight} by {@link #imageWidth}:
     *     the position embeddings are then resized to each. DINOv2 always does so.
     * @throws IllegalArgumentException if a picture has another number of channels, is smaller than a patch, has more than {@value
     *     ImageGrid#PATCH_LIMIT} of them, or has another size without having been asked for or without there being a way
     */
    public final ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = startsOf(batch, interpolatePositions);
        Recording recording = recording(options, sequenceStarts);
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = encode(frame, batch, sequenceStarts, recording, Rows.ALL); // [tokens, hidden]
            return new ImageEncoderOutput(
                    sequenceStarts,
                    NotFinite.warn("hidden states", x.copy()),
                    hasPooler()
                            ? Optional.of(pool(frame, Rows.FIRST.gather(frame, x, sequenceStarts))
                                    .copy())
                            : Optional.empty(),
                    recording.allHiddenStates(),
                    recording.allAttentions());
        }
    }

    /** Where each picture's tokens begin; refuses pictures that the model does not take, and all once it is closed. */
    final int[] startsOf(ImageBatch batch, boolean interpolatePositions) {
        if (closed) {
            throw new IllegalStateException(
                    "the model is closed; load it again, or close it when the last call is over");
        }
        return sequenceStarts(batch, interpolatePositions);
    }

    /** What a call is to keep. */
    final Recording recording(OutputOptions options, int[] sequenceStarts) {
        Arguments.require(options, "options");
        return new Recording(options.hiddenStates(), options.attentions(), sequenceStarts, heads());
    }

    /** Where each picture's tokens begin; refuses pictures that the model does not take. */
    protected abstract int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions);

    /**
     * The forward pass, the last layer norm included, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @param sequenceStarts where each picture's tokens begin, and where the last's end
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(
            Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted);

    /**
     * The pooled output, where there is one.
     *
     * @param classTokens {@code [images, hidden]}, after the last layer norm
     * @return {@code [images, pooled]}, in the frame's memory
     */
    protected abstract Tensor pool(Frame frame, Tensor classTokens);

    /** What the model runs on. */
    final Engine engine() {
        return engine;
    }

    /** The size of the pictures that the model was made for, and of the patches that they are cut into. */
    public abstract ImageGrid grid();

    /** Height of the pictures that the model was made for, in pixels. */
    public final int imageHeight() {
        return grid().imageHeight();
    }

    /** Width of the pictures that the model was made for, in pixels. */
    public final int imageWidth() {
        return grid().imageWidth();
    }

    /** Height of a patch in pixels. */
    public final int patchHeight() {
        return grid().patchHeight();
    }

    /** Width of a patch in pixels. */
    public final int patchWidth() {
        return grid().patchWidth();
    }

    /** Channels of a picture; 3 for red, green and blue. */
    public abstract int channels();

    /** Tokens before the patches': the class token, and behind it in some families a distillation token or registers. */
    public abstract int prefixTokens();

    /** Whether outputs have a pooled one: a checkpoint may have been saved without what makes it. */
    public abstract boolean hasPooler();

    /** Attention heads of a layer. */
    public abstract int heads();

    /** Transformer blocks. */
    public abstract int layers();

    /** Width of the residual stream. */
    public abstract int hiddenSize();

    /** Its sizes. */
    @Override
    public final String toString() {
        return layers() + " layers of " + hiddenSize() + " numbers, " + heads() + " heads, pictures of " + imageWidth()
                + " x " + imageHeight() + " in patches of " + patchWidth() + " x " + patchHeight();
    }

    /** Ends the model. Calls that come later fail with {@link IllegalStateException}, as those of models that hold files open do. */
    @Override
    public final void close() {
        closed = true;
    }
}
