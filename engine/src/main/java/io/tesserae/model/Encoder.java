package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** A model without a head: tokens in, hidden states out. Immutable and thread-safe. */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class Encoder implements Model {

    private final Engine engine;
    private final TensorSource source;

    /**
     * What every encoder has.
     *
     * @param source the checkpoint's tensors, from which embeddings are read as long as the model lives; it closes them
     */
    protected Encoder(Engine engine, TensorSource source) {
        this.engine = Arguments.require(engine, "engine");
        this.source = Arguments.require(source, "source");
    }

    /**
     * Encodes a batch.
     *
     * @throws IllegalArgumentException if an id or a token type is outside the model's tables, or a sequence is longer than
     *     {@link #maxLength}
     */
    public final EncoderOutput forward(TokenBatch batch, OutputOptions options) {
        Recording recording = recording(options, batch);
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = encode(frame, batch, recording, Rows.ALL); // [tokens, hidden]
            Tensor lastHiddenState = x.copy();
            return new EncoderOutput(
                    batch,
                    NotFinite.warn("hidden states", lastHiddenState),
                    pooler().filter(_ -> BatchChecks.haveFirstTokens(batch))
                            .map(pooler -> pooler.forward(frame, Rows.FIRST.gather(frame, x, batch.sequenceStarts()))
                                    .copy())
                            .map(pooled -> NotFinite.warn("numbers of the pooler's output", pooled)),
                    recording.allHiddenStates(),
                    recording.allAttentions());
        }
    }

    /**
     * The forward pass, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted);

    /** What makes of first tokens the {@code poolerOutput}; empty where a family or a checkpoint has no such thing. */
    protected Optional<Pooler> pooler() {
        return Optional.empty();
    }

    final Engine engine() {
        return engine;
    }

    /** The numbers that describe the model. */
    public abstract EncoderConfig config();

    /** The longest sequence there are positions for, in tokens. */
    public int maxLength() {
        return config().maxPositionEmbeddings();
    }

    /** How many tokens the model knows: ids are below this. */
    public int vocabularySize() {
        return config().vocabSize();
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        return config().layers() + " layers of " + config().hiddenSize() + " numbers, " + config().attentionHeads()
                + " heads, " + vocabularySize() + " tokens, at most " + maxLength() + " in a sequence";
    }

    /** Lets go of the checkpoint's files. Calls that come later fail with {@link IllegalStateException}. */
    @Override
    public final void close() {
        source.close();
    }

    final Recording recording(OutputOptions options, TokenBatch batch) {
        Arguments.require(options, "options");
        return new Recording(
                options.hiddenStates(),
                options.attentions(),
                Arguments.require(batch, "batch").sequenceStarts(),
                config().attentionHeads());
    }

    /** A table read past its end would be another model's memory: every index is checked before the first is used. */
    protected final void requireKnown(TokenBatch batch) {
        BatchChecks.requireWithin(batch, vocabularySize(), maxLength());
    }
}
