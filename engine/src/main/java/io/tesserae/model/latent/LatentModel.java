package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;

/** What models have in common that read numbers of any kind with latents. Immutable and thread-safe. */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class LatentModel implements Model {

    private final Engine engine;
    private final Sizes sizes;
    private volatile boolean closed; // all weights are in memory: it could answer after that, and must not

    /**
     * The numbers that describe the latents.
     *
     * @param latents how many read a sequence
     * @param heads attention heads among the latents
     * @param layers that latents go through after they have read, each as often as it runs
     * @param hiddenSize width of the latents
     */
    public record Sizes(int latents, int heads, int layers, int hiddenSize) {}

    /** What every such model has. */
    LatentModel(Engine engine, Sizes sizes) {
        this.engine = Arguments.require(engine, "engine");
        this.sizes = Arguments.require(sizes, "sizes");
    }

    final Engine engine() {
        return engine;
    }

    /** What a call is to keep of so many sequences. */
    final Recording recording(OutputOptions options, int sequences) {
        Arguments.require(options, "options");
        int[] starts = Ragged.starts(sequences, sizes.latents());
        return new Recording(
                options.hiddenStates(), options.attentions(), options.crossAttentions(), starts, sizes.heads());
    }

    /** Refuses calls that come too late. */
    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "the model is closed; load it again, or close it when the last call is over");
        }
    }

    /** How many latents read a sequence. */
    public final int latents() {
        return sizes.latents();
    }

    /** Attention heads among the latents. */
    public final int heads() {
        return sizes.heads();
    }

    /** Layers that latents go through after they have read, each as often as it runs. */
    public final int layers() {
        return sizes.layers();
    }

    /** Width of the latents. */
    public final int hiddenSize() {
        return sizes.hiddenSize();
    }

    /** What the latents are. */
    final String describeLatents() {
        return layers() + " layers of " + hiddenSize() + " numbers, " + heads() + " heads, " + latents() + " latents";
    }

    /** Ends the model. Calls that come later fail with {@link IllegalStateException}. */
    @Override
    public final void close() {
        closed = true;
    }
}
