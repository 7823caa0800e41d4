package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossMemory;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.tensor.Tensor;

/**
 * What reads whole texts, each token of which sees all others and, in most models, a picture too: the image-grounded text encoder of Li et
 * al., arXiv 2201.12086, section 3.1. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class GroundedTextEncoder {

    private final Engine engine;

    /** What every such encoder has. */
    protected GroundedTextEncoder(Engine engine) {
        this.engine = Arguments.require(engine, "engine");
    }

    /** The numbers that describe it. */
    public abstract EncoderConfig config();

    /** Its blocks. */
    protected abstract DecoderStack layers();

    /**
     * The forward pass, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @param batch the texts, all of whose tokens are in the model's tables
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted);

    /** What the blocks keep of the memories that texts are about: see {@link DecoderStack#remember}. */
    final CrossMemory remember(Workspace workspace, Ragged memory) {
        return layers().remember(workspace, memory);
    }

    /** Reads whole texts: {@code [tokens, hidden]}, in the frame's memory. */
    final Tensor encode(Frame frame, TokenBatch batch, CrossMemory memory, Recording recording) {
        requireKnown(batch);
        DecoderPass pass = DecoderPass.bidirectional(batch.sequenceStarts(), DecoderContext.of(memory), recording);
        return encode(frame, batch, pass, Rows.ALL);
    }

    /** Reads whole texts. */
    final GroundedTextOutput forward(Frame frame, TokenBatch batch, CrossMemory memory, OutputOptions options) {
        Arguments.require(options, "options");
        Recording recording = new Recording(
                options.hiddenStates(),
                options.attentions(),
                options.crossAttentions(),
                batch.sequenceStarts(),
                config().attentionHeads());
        Tensor x = encode(frame, batch, memory, recording); // [tokens, hidden]
        return new GroundedTextOutput(
                batch,
                NotFinite.warn("hidden states", x.copy()),
                recording.allHiddenStates(),
                recording.allAttentions(),
                recording.allCrossAttentions());
    }

    /** A table read past its end would be another model's memory: every index is checked before the first is used. */
    final void requireKnown(TokenBatch batch) {
        BatchChecks.requireWithin(batch, config().vocabSize(), config().maxPositionEmbeddings());
    }

    final Engine engine() {
        return engine;
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        return config().layers() + " layers of " + config().hiddenSize() + " numbers, " + config().attentionHeads()
                + " heads, " + config().vocabSize() + " tokens, at most " + config().maxPositionEmbeddings()
                + " in a text";
    }
}
