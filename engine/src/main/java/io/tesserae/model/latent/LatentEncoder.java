package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;

/**
 * A model without a head that reads rows of numbers with latents: transformers' {@code PerceiverModel}. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class LatentEncoder extends LatentModel {

    /** What every such model has. */
    protected LatentEncoder(Engine engine, Sizes sizes) {
        super(engine, sizes);
    }

    /**
     * Reads a batch.
     *
     * @throws IllegalArgumentException if its rows are not {@link #inputWidth} wide
     */
    public final LatentOutput forward(FeatureBatch batch, OutputOptions options) {
        Arguments.require(options, "options");
        int sequences = Arguments.require(batch, "batch").sequences().size();
        requireOpen();
        if (batch.width() != inputWidth()) {
            throw new IllegalArgumentException("the batch has rows of " + batch.width()
                    + " numbers, but the model reads rows of " + inputWidth() + " (d_model in config.json)");
        }
        Recording recording = recording(options, sequences);
        try (Workspace workspace = engine().machine().workspace();
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

    /** Its sizes. */
    @Override
    public final String toString() {
        return describeLatents() + " that read rows of " + inputWidth() + " numbers";
    }
}
