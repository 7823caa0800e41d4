package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.FirstTokens;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
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
        try (Workspace workspace = engine.machine().workspace()) {
            Tensor x = encode(workspace, batch, sequenceStarts, recording); // [tokens, hidden]
            Tensor lastHiddenState = x.copy();
            return new ImageEncoderOutput(
                    sequenceStarts,
                    NotFinite.warn("hidden states", lastHiddenState),
                    hasPooler()
                            ? Optional.of(pool(workspace, FirstTokens.gather(workspace, sequenceStarts, x))
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
     * The forward pass, the last layer norm included.
     *
     * @return {@code [tokens, hidden]}, in the workspace's memory and good until it is closed
     */
    protected abstract Tensor encode(Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording);

    /**
     * The forward pass for the class token of every picture alone, the last layer norm included. A family whose last layer need
     * compute no other token, unless more is to be returned than the result, says so here: that saves most of a layer, a fourteenth
     * of ViT-B/16's work. The bits are the same, since no token's row depends on another's.
     *
     * @return {@code [images, hidden]}, in the workspace's memory and good until it is closed
     */
    protected Tensor encodeClassTokens(
            Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        return FirstTokens.gather(workspace, sequenceStarts, encode(workspace, batch, sequenceStarts, recording));
    }

    /**
     * The pooled output, where there is one.
     *
     * @param classTokens {@code [images, hidden]}, after the last layer norm
     * @return {@code [images, pooled]}, in the workspace's memory
     */
    protected abstract Tensor pool(Workspace workspace, Tensor classTokens);

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

    /** Ends the model. Calls that come later fail with {@link IllegalStateException}, as those of models that hold files open do. */
    @Override
    public final void close() {
        closed = true;
    }
}
