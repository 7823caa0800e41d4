package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.tensor.Tensor;

/**
 * A model without a head that reads rows of numbers with latents: transformers' {@code PerceiverModel}. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class LatentEncoder implements Model {

    private final Engine engine;
    private volatile boolean closed; // all weights are in memory: it could answer after that, and must not

    /** What every such model has. */
    protected LatentEncoder(Engine engine) {
        this.engine = Arguments.require(engine, "engine");
    }

    /**
     * Reads a batch.
     *
     * @throws IllegalArgumentException if its rows are not {@link #inputWidth} wide
     */
    public final LatentOutput forward(FeatureBatch batch, OutputOptions options) {
        Arguments.require(options, "options");
        int sequences = Arguments.require(batch, "batch").sequences().size();
        if (closed) {
            throw new IllegalStateException(
                    "the model is closed; load it again, or close it when the last call is over");
        }
        if (batch.width() != inputWidth()) {
            throw new IllegalArgumentException("the batch has rows of " + batch.width()
                    + " numbers, but the model reads rows of " + inputWidth() + " (d_model in config.json)");
        }
        int[] starts = TokenBackbone.startsOfLatents(sequences, latents());
        Recording recording =
                new Recording(options.hiddenStates(), options.attentions(), options.crossAttentions(), starts, heads());
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor lastHiddenState = encode(frame, batch, recording).copy();
            return new LatentOutput(
                    NotFinite.warn("hidden states", lastHiddenState),
                    recording.allHiddenStates(),
                    recording.allAttentions(),
                    recording.allCrossAttentions());
        }
    }

    /**
     * The forward pass.
     *
     * @param frame receives the result
     * @return {@code [sequences · latents, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(Frame frame, FeatureBatch batch, Recording recording);

    /** Numbers of a row that is read. */
    public abstract int inputWidth();

    /** How many latents read a sequence. */
    public abstract int latents();

    /** Attention heads among the latents. */
    public abstract int heads();

    /** Layers that latents go through after they have read, each as often as it runs. */
    public abstract int layers();

    /** Width of the latents. */
    public abstract int hiddenSize();

    /** Its sizes. */
    @Override
    public final String toString() {
        return layers() + " layers of " + hiddenSize() + " numbers, " + heads() + " heads, " + latents()
                + " latents that read rows of " + inputWidth() + " numbers";
    }

    /** Ends the model. Calls that come later fail with {@link IllegalStateException}. */
    @Override
    public final void close() {
        closed = true;
    }
}
